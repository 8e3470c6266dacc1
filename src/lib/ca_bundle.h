// SPDX-License-Identifier: MIT
// The file of the authorities whose certificates are believed (PEM, RFC 7468), as it lies on the disk: only an index of
// the subjects is kept in memory, and a certificate is read when somebody asks for its subject. Follows the file as
// updates replace it.
#pragma once

#include <sys/types.h>
#include <time.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/callback.h"
#include "base/error.h"
#include "base/limits.h"
#include "lib/certificate_name.h"

namespace lib {

class CaBundle {
 public:
  /// Reads the whole file once. Errors: that it cannot be read, or has no certificate in it.
  base::Result<void> open(std::string_view path);
  const std::string& path() const { return path_; }
  std::size_t size() const { return size_; }
  /// Certificates that are not in the index: too long, garbage, or more than there is room for.
  std::size_t skipped() const { return skipped_; }

  /// Gives each certificate whose subject may be `name` (certificate_name.h) to `take`, as DER that lives during the
  /// call. Others with the same hash come too.
  void find(Bytes name, base::Callback<Bytes> take);

 private:
  struct Entry {
    std::uint32_t subject_hash;
    std::uint32_t offset;  // of the certificate's text in the file
  };
  /// What changes when somebody writes the file anew.
  struct Mark {
    ino_t inode = 0;
    off_t size = 0;
    timespec modified{};
  };

  base::Result<void> read_index();
  void add(Bytes certificate, std::size_t offset);
  static bool read_mark(int fd, Mark& mark);
  bool changed() const;

  std::string path_;
  Mark mark_;
  std::array<Entry, base::limits::kCaCertificates> entries_{};
  std::size_t size_ = 0;
  std::size_t skipped_ = 0;
};

}  // namespace lib

// SPDX-License-Identifier: MIT
// The certificates of a PEM file (RFC 7468), one after the other, through a window of fixed size: the file may be as
// long as it likes. What lies between them is comment.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "lib/certificate_name.h"

namespace lib {

class PemReader {
 public:
  /// The longest certificate as text, with its marks, and as DER. A longer one is skipped; usual are 1 to 3 KiB.
  static constexpr std::size_t kTextBytes = 8192;
  static constexpr std::size_t kDerBytes = 6144;

  struct Certificate {
    std::size_t offset;  // of its text in the file
    Bytes der;           // until the next call
  };

  /// `fd` is borrowed; its own position does not matter.
  explicit PemReader(int fd, std::size_t offset = 0) : fd_(fd), next_read_(offset) {}
  PemReader(const PemReader&) = delete;
  PemReader& operator=(const PemReader&) = delete;

  /// Nothing: that was the last one, or error() is set.
  std::optional<Certificate> next();
  /// Certificates that were too long, cut or no base64.
  std::size_t skipped() const { return skipped_; }
  /// errno(3) of a read that failed, or 0.
  int error() const { return error_; }

 private:
  std::string_view window() const { return {text_.data() + begin_, end_ - begin_}; }
  std::size_t window_offset() const { return next_read_ - (end_ - begin_); }
  bool fill();
  bool find_begin();
  bool decode(std::string_view base64, std::size_t& der_size);

  int fd_;
  std::size_t next_read_;  // file offset of what comes behind the window
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t skipped_ = 0;
  int error_ = 0;
  std::array<char, kTextBytes> text_;
  std::array<std::uint8_t, kDerBytes> der_;
};

}  // namespace lib

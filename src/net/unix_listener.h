// SPDX-License-Identifier: MIT
// A listening UNIX socket: the daemon's, or the helper's. Owns the descriptor and the file; removes the file when it
// closes, but never one that another process put in its place.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "os/unique_fd.h"

namespace net {

/// Longest path a UNIX socket can have: sun_path of unix(7) without its NUL.
inline constexpr std::size_t kMaxSocketPath = 107;

enum class UnixDoor : std::uint8_t {
  kGroup,  // a stream; mode 0660, of the group "limpet" where there is one
  kOwner,  // whole messages, SOCK_SEQPACKET; mode 0600
};

class UnixListener {
 public:
  UnixListener() = default;
  ~UnixListener() { close(); }
  UnixListener(UnixListener&&) noexcept = default;
  UnixListener& operator=(UnixListener&& other) noexcept;

  /// Makes the socket and listens, non-blocking. A socket file that nobody answers on is a leftover of a crash and is
  /// replaced; one that answers is an error, as is any other file of that name. Only while closed.
  base::Result<void> open(std::string_view path, UnixDoor door = UnixDoor::kGroup);
  /// The file at the path is the one that open() made. False after somebody removed the folder.
  bool in_place() const;
  void close();

  int fd() const { return fd_.get(); }
  const std::string& path() const { return path_; }

 private:
  os::UniqueFd fd_;
  std::string path_;
  dev_t device_ = 0;
  ino_t inode_ = 0;
};

}  // namespace net

// SPDX-License-Identifier: MIT
// How libmosquitto is connected to this program: it can connect to a path alone, so it is given one that leads to a
// listening socket of ours. The socket has no name: its file is removed as soon as it is made, and the path goes
// through /proc/self/fd (proc(5)), so nobody else can come in, nothing is left over, and no later connect needs the
// disk.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "base/fixed_string.h"
#include "os/unique_fd.h"

namespace lib {

class MqttDoor {
 public:
  /// Makes the socket, for a moment as a file in `folder`, which has to be writable. Only while closed.
  base::Result<void> open(std::string_view folder);
  bool is_open() const { return static_cast<bool>(listener_); }

  /// Where connect(2) leads to this process.
  const char* path() const { return path_.c_str(); }
  /// The other end of the connection that this process made last; non-blocking. Anybody else's is turned away.
  base::Result<os::UniqueFd> accept();

 private:
  os::UniqueFd listener_;
  os::UniqueFd node_;  // the socket's inode, O_PATH of open(2)
  base::FixedString<32> path_;
};

}  // namespace lib

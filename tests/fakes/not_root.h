// SPDX-License-Identifier: MIT
// While it lives, a test that root runs has no more rights than anybody: permissions count. Nothing for other users.
#pragma once

#include <unistd.h>

namespace fakes {

class NotRoot {
 public:
  NotRoot() {
    if (was_root_ && ::seteuid(kNobody) != 0) ::_exit(1);
  }
  ~NotRoot() {
    if (was_root_ && ::seteuid(0) != 0) ::_exit(1);
  }
  NotRoot(const NotRoot&) = delete;
  NotRoot& operator=(const NotRoot&) = delete;

 private:
  static constexpr uid_t kNobody = 65534;
  const bool was_root_ = ::geteuid() == 0;
};

}  // namespace fakes

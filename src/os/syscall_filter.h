// SPDX-License-Identifier: MIT
// Takes from this process, for good, every system call that os/syscall_table.h does not have. Source: seccomp(2),
// the kernel's userspace-api/seccomp_filter.
#pragma once

#include "base/error.h"

namespace os {

/// From now on this process, and what it forks, makes no other system call: the kernel refuses them with ENOSYS. No
/// program it could start has more rights either (no_new_privs). Error: this kernel cannot do it, nothing has changed.
base::Result<void> filter_system_calls();

}  // namespace os

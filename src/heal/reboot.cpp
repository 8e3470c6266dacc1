// SPDX-License-Identifier: MIT
#include "heal/reboot.h"

#include <signal.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>

#include "base/log.h"
#include "heal/command_restart.h"

namespace heal {
namespace {

constexpr char kProgram[] = "/sbin/reboot";
constexpr std::chrono::seconds kLongestProgram{30};

// The kernel looks at the right to reboot before it looks at the magic numbers, reboot(2): these are none.
bool may_reboot() { return ::syscall(SYS_reboot, 0, 0, 0, nullptr) == 0 || errno != EPERM; }

}  // namespace

Outcome reboot_box() {
  if (!may_reboot()) {
    return {EPERM, "this process may not reboot (CAP_SYS_BOOT): Limpet runs in a container, or is held back otherwise"};
  }
  ::signal(SIGTERM, SIG_DFL);
  base::log::warn("The box is rebooted, as [heal] reboot allows");
  const Outcome asked = run_command(base::CommandWords(kProgram), {}, kLongestProgram);
  if (asked.error == 0) {
    const timespec wait{.tv_sec = kLongestShutdown.count(), .tv_nsec = 0};
    ::nanosleep(&wait, nullptr);
    base::log::error("The box did not end within %lld s: the kernel reboots it now",
                     static_cast<long long>(kLongestShutdown.count()));
  } else {
    base::log::error("%s: %s. The kernel reboots the box now", kProgram, asked.text.c_str());
  }
  ::sync();
  ::reboot(RB_AUTOBOOT);
  return {errno, ::strerror(errno)};
}

}  // namespace heal

// SPDX-License-Identifier: MIT
// Only without the right to reboot: that with it the box is rebooted in order, the test of the image shows.
#include "heal/reboot.h"

#include <doctest/doctest.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "fakes/in_child.h"

namespace {

bool give_up_rights() {
  __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  __user_cap_data_struct none[2] = {};
  ::prctl(PR_CAPBSET_DROP, CAP_SYS_BOOT, 0, 0, 0);  // so that no program of root's has it either
  return ::syscall(SYS_capset, &header, none) == 0;
}

}  // namespace

TEST_CASE("a process that may not reboot the box says so, and asks nobody to") {
  CHECK(fakes::in_child([] {
          if (!give_up_rights()) return 1;
          const heal::Outcome outcome = heal::reboot_box();
          if (outcome.error != EPERM) return 2;
          return outcome.text.view().contains("CAP_SYS_BOOT") ? 0 : 3;
        }) == 0);
}

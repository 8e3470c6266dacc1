// SPDX-License-Identifier: MIT
#include "os/privileges.h"

#include <grp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

namespace os {
namespace {

std::unexpected<base::Error> failed(const char* what, const Account& account) {
  return std::unexpected(base::Error::from_errno(errno, what, account.name));
}

// A kernel may know more capabilities than the headers this was built with: they end where one is refused. In a
// container whose root may not do this (CAP_SETPCAP) no_new_privs alone stands for it.
void empty_bounding_set() {
  for (unsigned long capability = 0; ::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0; ++capability) {
  }
}

// capset(2) as the kernel takes it: linux/capability.h, which a libc does not bring along.
bool empty_capability_sets() {
  struct {
    std::uint32_t version = 0x20080522;  // _LINUX_CAPABILITY_VERSION_3
    std::int32_t process = 0;
  } header;
  struct {
    std::uint32_t effective = 0;
    std::uint32_t permitted = 0;
    std::uint32_t inheritable = 0;
  } none[2];
  return ::syscall(SYS_capset, &header, none) == 0;
}

}  // namespace

base::Result<void> drop_privileges(const Account& account) {
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return failed("give up new privileges to become", account);
  empty_bounding_set();
  // The groups first: without root's user they cannot be set any more.
  if (::initgroups(account.name.c_str(), account.gid) != 0) return failed("take the groups of", account);
  if (::setresgid(account.gid, account.gid, account.gid) != 0) return failed("take the group of", account);
  if (::setresuid(account.uid, account.uid, account.uid) != 0) return failed("become the user", account);
  if (!empty_capability_sets()) return failed("give up capabilities as", account);
  if (::setuid(0) == 0)
    return std::unexpected(base::Error("root's rights can be taken back: this kernel is not sound"));
  return {};
}

}  // namespace os

// SPDX-License-Identifier: MIT
// Gives root's rights up, for good: there is no way back. Source: credentials(7), capabilities(7).
#pragma once

#include "base/error.h"
#include "os/account.h"

namespace os {

/// This process becomes `account`: its user, its group and the groups it is a member of, no capability in any set, and
/// no_new_privs, so that no program it could start gives any back. Only as root. An error leaves the process with what
/// it had when that step failed: it is to end then.
base::Result<void> drop_privileges(const Account& account);

}  // namespace os

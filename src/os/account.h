// SPDX-License-Identifier: MIT
// An account of this box, as /etc/passwd has it. Source: passwd(5), getpwnam_r(3).
#pragma once

#include <sys/types.h>

#include <string>

#include "base/error.h"
#include "base/fixed_string.h"

namespace os {

struct Account {
  base::FixedString<255> name;  // LOGIN_NAME_MAX without its NUL
  uid_t uid = 0;
  gid_t gid = 0;  // its primary group
};

/// The account of this name. An error of code ENOENT when there is none.
base::Result<Account> find_account(const std::string& name);

/// The name that goes with `uid`, or its number where none does.
std::string account_name(uid_t uid);

}  // namespace os

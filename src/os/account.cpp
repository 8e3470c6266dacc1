// SPDX-License-Identifier: MIT
#include "os/account.h"

#include <pwd.h>

#include <array>

namespace os {
namespace {

constexpr std::size_t kEntryText = 4096;

}  // namespace

base::Result<Account> find_account(const std::string& name) {
  passwd entry{};
  passwd* found = nullptr;
  std::array<char, kEntryText> text;
  const int code = ::getpwnam_r(name.c_str(), &entry, text.data(), text.size(), &found);
  // What "there is none" looks like differs from libc to libc, getpwnam_r(3): only these are trouble of the box.
  if (found == nullptr && (code == EIO || code == EMFILE || code == ENFILE || code == ENOMEM || code == ERANGE)) {
    return std::unexpected(base::Error::from_errno(code, "look up the account", name));
  }
  if (found == nullptr) return std::unexpected(base::Error::from_errno(ENOENT, "look up the account", name));
  return Account{std::string_view(name), entry.pw_uid, entry.pw_gid};
}

std::string account_name(uid_t uid) {
  passwd entry{};
  passwd* found = nullptr;
  std::array<char, kEntryText> text;
  if (::getpwuid_r(uid, &entry, text.data(), text.size(), &found) != 0 || found == nullptr) return std::to_string(uid);
  return entry.pw_name;
}

}  // namespace os

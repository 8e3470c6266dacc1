// SPDX-License-Identifier: MIT
#include "os/account.h"

#include <doctest/doctest.h>

TEST_CASE("an account is found by its name, and its name by its number") {
  const auto root = os::find_account("root");
  REQUIRE(root);
  CHECK(root->uid == 0);
  CHECK(root->gid == 0);
  CHECK(os::account_name(0) == "root");
}

TEST_CASE("an account that is not there is told as such, whatever its name looks like") {
  for (const char* name : {"no-such-account", "", "root:x", "../root", "0"}) {
    CAPTURE(name);
    const auto found = os::find_account(name);
    REQUIRE_FALSE(found);
    CHECK(found.error().code() == ENOENT);
  }
  CHECK(os::account_name(4'000'000'000U) == "4000000000");
}

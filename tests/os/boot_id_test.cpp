// SPDX-License-Identifier: MIT
#include "os/boot_id.h"

#include <doctest/doctest.h>

#include <array>
#include <string>

#include "os/read_file.h"

TEST_CASE("the kernel's boot id") {
  CHECK(os::parse_boot_id("3f1c9b0e-6d5b-4c8e-9f0a-2f6a7c1d8e4b\n") == 0x3f1c9b0e6d5b4c8e);
  CHECK(os::parse_boot_id("ff1c9b0e-6d5b-4c8e-9f0a-2f6a7c1d8e4b") == static_cast<std::int64_t>(0xff1c9b0e6d5b4c8eU));
}

TEST_CASE("what is none") {
  for (const char* text : {"", "\n", "3f1c9b0e", "3f1c9b0e-6d5b-4c8e-9f0a-2f6a7c1d8e4",
                           "3f1c9b0e+6d5b-4c8e-9f0a-2f6a7c1d8e4b", "3f1c9b0e-6d5b-4c8e-9f0a-2f6a7c1d8eg4",
                           "-f1c9b0e-6d5b-4c8e-9f0a-2f6a7c1d8e4b", "00000000-0000-0000-0000-000000000000"}) {
    CAPTURE(text);
    CHECK_FALSE(os::parse_boot_id(text).has_value());
  }
}

TEST_CASE("this box's own, twice the same") {
  std::array<char, 64> buffer;
  const auto text = os::read_file("/proc", "/sys/kernel/random/boot_id", buffer);
  REQUIRE(text.has_value());
  const auto id = os::parse_boot_id(*text);
  REQUIRE(id.has_value());
  CHECK(os::parse_boot_id(*os::read_file("/proc", "/sys/kernel/random/boot_id", buffer)) == id);
}

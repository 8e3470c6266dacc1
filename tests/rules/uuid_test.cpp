// SPDX-License-Identifier: MIT
#include "rules/uuid.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

using namespace std::chrono_literals;
using base::WallTime;

TEST_CASE("the example of RFC 9562, appendix A.6") {
  const WallTime stamp(0x017F22E279B0ms);
  CHECK(rules::uuid_v7(stamp, {0xCC3, 0x18C4DC0C0C07398FULL}).view() == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
  CHECK(rules::first_uuid_v7(stamp).view() == "017f22e2-79b0-7000-8000-000000000000");
}

TEST_CASE("bits that are too many do not spill into version and variant") {
  CHECK(rules::uuid_v7(WallTime(1s), {~0ULL, ~0ULL}).view() == "00000000-03e8-7fff-bfff-ffffffffffff");
}

TEST_CASE("the time an id was made for is read back to the millisecond") {
  for (const WallTime stamp : {WallTime(0s), WallTime(1763755450s), WallTime(1763755450123ms), WallTime(9000000000s)}) {
    CHECK(rules::parse_uuid_v7_time(rules::uuid_v7(stamp, {1, 2})) == stamp);
  }
}

TEST_CASE("a stamp before 1970 counts as 1970: the version has no sign") {
  CHECK(rules::parse_uuid_v7_time(rules::first_uuid_v7(WallTime(-5s))) == WallTime(0s));
}

TEST_CASE("what is no id of version 7 tells no time") {
  for (const char* text :
       {"", "017f22e2", "017f22e2-79b0-4cc3-98c4-dc0c0c07398f", "017f22e2-79b0-7cc3-98c4-dc0c0c07398f0",
        "017f22e2_79b0-7cc3-98c4-dc0c0c07398f", "017g22e2-79b0-7cc3-98c4-dc0c0c07398f",
        " 17f22e2-79b0-7cc3-98c4-dc0c0c07398f", "ffffffff-ffff-7fff-bfff-ffffffffffff"}) {
    CAPTURE(text);
    CHECK_FALSE(rules::parse_uuid_v7_time(text).has_value());
  }
}

TEST_CASE("ids sort by time whatever their bits are") {
  CHECK(rules::uuid_v7(WallTime(100ms), {~0ULL, ~0ULL}).view() < rules::first_uuid_v7(WallTime(101ms)).view());
}

TEST_CASE("a value's bits are its own, and the same when asked again") {
  const rules::UuidBits run{0x1234, 0x5678};
  std::set<std::string> seen;
  for (std::uint64_t number = 0; number < 10'000; ++number) {
    const rules::UuidText id = rules::uuid_v7(WallTime(1s), rules::uuid_bits_of(run, number));
    CHECK(id == rules::uuid_v7(WallTime(1s), rules::uuid_bits_of(run, number)));
    seen.emplace(id.view());
  }
  CHECK(seen.size() == 10'000);
  CHECK(rules::uuid_v7(WallTime(1s), rules::uuid_bits_of({0x1235, 0x5678}, 7)).view() !=
        rules::uuid_v7(WallTime(1s), rules::uuid_bits_of(run, 7)).view());
}

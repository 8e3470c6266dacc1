// SPDX-License-Identifier: MIT
#include "os/process_memory.h"

#include <doctest/doctest.h>

#include <array>

#include "os/read_file.h"

TEST_CASE("the kernel's summary") {
  const auto memory = os::parse_process_memory(
      "00400000-7ffd1b3fe000 ---p 00000000 00:00 0                              [rollup]\n"
      "Rss:                 884 kB\nPss:                 416 kB\nPss_Dirty:           128 kB\n"
      "Shared_Clean:        740 kB\nPrivate_Clean:         8 kB\nPrivate_Dirty:       128 kB\n");
  REQUIRE(memory);
  CHECK(memory->pss_kib == 416);
  CHECK(memory->dirty_kib == 128);
}

TEST_CASE("what lacks a line, or has no number, is an error and no made-up value") {
  for (const char* text : {"", "Pss: 1 kB\n", "Pss: x kB\nPrivate_Dirty: 1 kB\n",
                           "Pss: 1 kB\nPrivate_Dirty: 99999999999999999999999 kB\n"}) {
    CAPTURE(text);
    CHECK_FALSE(os::parse_process_memory(text));
  }
}

TEST_CASE("this very process") {
  std::array<char, 4096> buffer;
  const auto text = os::read_file("/proc", "/self/smaps_rollup", buffer);
  REQUIRE(text);
  const auto memory = os::parse_process_memory(*text);
  REQUIRE(memory);
  CHECK(memory->pss_kib > 100);
  CHECK(memory->dirty_kib <= memory->pss_kib);
}

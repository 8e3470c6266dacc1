// SPDX-License-Identifier: MIT
#include "os/process_status.h"

#include <doctest/doctest.h>

#include <array>
#include <cstdint>

#include "os/read_file.h"

TEST_CASE("what a process's end would free") {
  const struct {
    const char* reason;
    const char* text;
    std::uint64_t kib;
  } cases[] = {
      {"a process",
       "Name:\tcat\nVmRSS:\t    1200 kB\nRssAnon:\t     128 kB\nRssFile:\t    1072 kB\nVmSwap:\t      64 kB\n", 192},
      {"a kernel before 4.5", "Name:\tcat\nVmRSS:\t    1200 kB\nVmSwap:\t      64 kB\n", 1264},
      {"a kernel without swap", "VmRSS:\t1200 kB\nRssAnon:\t128 kB\n", 128},
      {"a name that looks like a line", "Name:\tRssAnon: 9 kB\nVmRSS:\t10 kB\nRssAnon:\t3 kB\n", 3},
      {"more than there is", "RssAnon:\t18446744073709551615 kB\nVmSwap:\t2 kB\n", UINT64_MAX},
  };
  for (const auto& c : cases) {
    CAPTURE(c.reason);
    const auto kib = os::parse_private_memory(c.text);
    REQUIRE(kib);
    CHECK(*kib == c.kib);
  }
}

TEST_CASE("what has no memory of its own, as a thread of the kernel") {
  for (const char* text :
       {"", "Name:\tkthreadd\nState:\tS (sleeping)\n", "RssAnon:\n", "RssAnon:\tx kB\n", "VmSwap: 5 kB\n"}) {
    CAPTURE(text);
    CHECK_FALSE(os::parse_private_memory(text));
  }
}

TEST_CASE("this very process, and the kernel's first thread") {
  std::array<char, os::kProcessStatus> buffer;
  const auto own = os::read_parsed("/proc", "/self/status", buffer, os::parse_private_memory);
  REQUIRE(own);
  CHECK(*own > 0);
  const auto name = os::read_file("/proc", "/2/comm", buffer);
  if (!name || *name != "kthreadd\n") return;  // a process namespace has none
  CHECK_FALSE(os::read_parsed("/proc", "/2/status", buffer, os::parse_private_memory));
}

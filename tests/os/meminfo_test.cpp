// SPDX-License-Identifier: MIT
#include "os/meminfo.h"

#include <doctest/doctest.h>

#include <string>

namespace {

os::Meminfo with_available(std::uint64_t total_kib, std::uint64_t free_kib, std::uint64_t available_kib) {
  os::Meminfo meminfo;
  meminfo.total_kib = total_kib;
  meminfo.free_kib = free_kib;
  meminfo.available_kib = available_kib;
  return meminfo;
}

}  // namespace

TEST_CASE("the lines that matter are found among the others") {
  const auto meminfo = os::parse_meminfo(
      "MemTotal:         948280 kB\nMemFree:          312840 kB\nMemAvailable:     663204 kB\nBuffers:  30124 kB\n"
      "Cached:           367420 kB\nSwapCached:          123 kB\nActive(file):     111 kB\nInactive(file):   222 kB\n"
      "SwapTotal:        102396 kB\nSwapFree:          99580 kB\nSReclaimable:      333 kB\nHugePages_Total:       "
      "0\n");
  REQUIRE(meminfo.has_value());
  CHECK(meminfo->total_kib == 948280);
  CHECK(meminfo->free_kib == 312840);
  CHECK(meminfo->available_kib == 663204U);
  CHECK(meminfo->cached_kib == 367420U);
  CHECK(meminfo->active_file_kib == 111U);
  CHECK(meminfo->inactive_file_kib == 222U);
  CHECK(meminfo->slab_reclaimable_kib == 333U);
  CHECK(meminfo->swap_total_kib == 102396U);
  CHECK(meminfo->swap_free_kib == 99580U);
}

TEST_CASE("a damaged line costs only its own value") {
  struct Case {
    const char* reason;
    std::string_view text;
    std::optional<std::uint64_t> available;
  };
  const Case cases[] = {
      {"missing", "MemTotal: 100 kB\nMemFree: 50 kB\n", std::nullopt},
      {"no number", "MemTotal: 100 kB\nMemFree: 50 kB\nMemAvailable: kB\n", std::nullopt},
      {"cut before the number", "MemTotal: 100 kB\nMemFree: 50 kB\nMemAvailable:", std::nullopt},
      {"more bytes than 64 bits count", "MemTotal: 100 kB\nMemFree: 50 kB\nMemAvailable: 18014398509481984 kB\n",
       std::nullopt},
      {"no unit, no line end", "MemTotal: 100\nMemFree: 50\nMemAvailable: 60", 60},
      {"line ends of another system", "MemTotal: 100 kB\r\nMemFree: 50 kB\r\nMemAvailable: 60\r\n", 60},
      {"twice: the first counts", "MemAvailable: 60 kB\nMemTotal: 100 kB\nMemFree: 50 kB\nMemAvailable: 70 kB\n", 60},
  };
  for (const Case& c : cases) {
    CAPTURE(c.reason);
    const auto meminfo = os::parse_meminfo(c.text);
    REQUIRE(meminfo.has_value());
    CHECK(meminfo->total_kib == 100);
    CHECK(meminfo->available_kib == c.available);
  }
}

TEST_CASE("without total and free there is nothing to tell") {
  for (const std::string_view text :
       {"", "\n", "MemFree: 50 kB\n", "MemTotal: 0 kB\nMemFree: 0 kB\n", "MemTotal: 100 kB\n",
        "MemTotal: 99999999999999999999 kB\nMemFree: 50 kB\n", "MemTotalX: 100 kB\nMemFree: 1 kB\n"}) {
    CAPTURE(text);
    CHECK_FALSE(os::parse_meminfo(text).has_value());
  }
}

TEST_CASE("available memory, and what stands in for it") {
  struct Case {
    const char* reason;
    os::Meminfo meminfo;
    std::optional<std::uint64_t> low_kib;
    double expected_kib;
  };
  os::Meminfo old;
  old.total_kib = 1000;
  old.free_kib = 100;
  old.cached_kib = 400;
  old.active_file_kib = 200;
  old.inactive_file_kib = 101;
  old.slab_reclaimable_kib = 50;
  os::Meminfo zero = old;
  zero.available_kib = 0;
  os::Meminfo without_slab = old;
  without_slab.slab_reclaimable_kib.reset();
  const Case cases[] = {
      {"the kernel's own figure", with_available(1000, 100, 600), {}, 600},
      // 100 - 20 + (301 - min(150.5, 20)) + (50 - min(25, 20))
      {"before 3.14: the kernel's formula", old, 20, 391},
      // 100 - 40 + (301 - min(150.5, 40)) + (50 - min(25, 40))
      {"half of the slabs at the most is kept", old, 40, 346},
      // 100 - 400 + (301 - 150.5) + (50 - 25)
      {"never below nothing", old, 400, 0},
      {"0 is a kernel's mistake, not a value", zero, 20, 391},
      {"no zoneinfo: free and cached", old, {}, 500},
      {"a line of the formula is missing: free and cached", without_slab, 20, 500},
      {"a container with the host's figure: what is free", with_available(1000, 700, 5000), {}, 700},
      {"nothing of a container fits", with_available(1000, 4000, 5000), {}, 1000},
  };
  for (const Case& c : cases) {
    CAPTURE(c.reason);
    CHECK(os::available_kib(c.meminfo, c.low_kib) == c.expected_kib);
  }
}

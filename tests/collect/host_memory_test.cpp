// SPDX-License-Identifier: MIT
#include "collect/host_memory.h"

#include <doctest/doctest.h>

#include <array>
#include <string>

#include "collect/box_copy.h"

namespace {

rules::Sample read(const fakes::BoxCopy& box) {
  const std::string root = box.path() / "proc";
  std::array<char, base::limits::kProcText> text{};
  rules::Sample sample;
  collect::HostMemory(root).read(text, sample);
  return sample;
}

}  // namespace

TEST_CASE("an old kernel without zoneinfo: free and cached are taken for available") {
  const fakes::BoxCopy box("server-3.2-x86_64");
  box.remove("proc/zoneinfo");
  CHECK(read(box).memory_percent == 37.9F);  // (1017832 - 120448 - 512000) / 1017832 = 37.86 %
}

TEST_CASE("a zoneinfo longer than the buffer is not half used") {
  const fakes::BoxCopy box("server-3.2-x86_64");
  box.write("proc/zoneinfo", "low 1510\n" + std::string(20000, '\n'));
  CHECK(read(box).memory_percent == 37.9F);
}

TEST_CASE("swap without its free part is unknown, not full") {
  const fakes::BoxCopy box("vps-6.1-x86_64");
  box.write("proc/meminfo", "MemTotal: 1000 kB\nMemFree: 100 kB\nMemAvailable: 500 kB\nSwapTotal: 1000 kB\n");
  CHECK(read(box).memory_percent == 50.0F);
  CHECK_FALSE(read(box).swap_percent.has_value());
}

TEST_CASE("a damaged file has no values at all") {
  const fakes::BoxCopy box("vps-6.1-x86_64");
  for (const std::string_view text : {"", "MemTotal", "MemTotal: 0 kB\nMemFree: 0 kB\n"}) {
    box.write("proc/meminfo", text);
    CHECK_FALSE(read(box).memory_percent.has_value());
    CHECK_FALSE(read(box).memory_used_mib.has_value());
  }
}

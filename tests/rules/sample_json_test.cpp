// SPDX-License-Identifier: MIT
#include "rules/sample_json.h"

#include <doctest/doctest.h>

#include <array>
#include <limits>
#include <string>

namespace {

std::string json(const rules::Sample& sample) {
  std::array<char, 512> room;
  base::TextWriter out(room);
  rules::write_sample_json(sample, out);
  CHECK_FALSE(out.overflowed());
  return std::string(out.view());
}

}  // namespace

TEST_CASE("a whole sample, with the columns' names and digits") {
  rules::Sample sample;
  sample.stamp = base::WallTime(std::chrono::seconds(1763755450));
  sample.cpu_percent = 42.3F;
  sample.memory_percent = 61.7F;
  sample.memory_used_mib = 577.19F;
  sample.disk_percent = 33.0F;
  sample.containers = 4;
  sample.internet_ok = true;
  sample.ping_ms = 23.456F;
  CHECK(json(sample) ==
        R"({"timestamp_lima": "2025-11-21T15:04:10-05:00", "cpu_percent": 42.3, "ram_percent": 61.7, )"
        R"("ram_used_mb": 577.19, "disk_percent": 33.0, "container_count": 4, "internet_ok": 1, "ping_ms": 23.46})");
}

TEST_CASE("what is not known is null, and no number is one that JSON does not have") {
  rules::Sample sample;
  sample.cpu_percent = std::numeric_limits<float>::infinity();
  sample.ping_ms = std::numeric_limits<float>::quiet_NaN();
  CHECK(json(sample) ==
        R"({"timestamp_lima": "1969-12-31T19:00:00-05:00", "cpu_percent": null, "ram_percent": null, )"
        R"("ram_used_mb": null, "disk_percent": null, "container_count": -1, "internet_ok": null, "ping_ms": null})");
  sample.internet_ok = false;
  CHECK(json(sample).contains(R"("internet_ok": 0)"));
}

TEST_CASE("the largest numbers fit") {
  rules::Sample sample;
  sample.cpu_percent = sample.memory_percent = sample.disk_percent = std::numeric_limits<float>::lowest();
  sample.memory_used_mib = sample.ping_ms = std::numeric_limits<float>::lowest();
  sample.containers = std::numeric_limits<std::int32_t>::min();
  CHECK(json(sample).size() < 512);
}

// SPDX-License-Identifier: MIT
#include "rules/thinning.h"

#include <doctest/doctest.h>

#include <limits>
#include <vector>

namespace {

using namespace std::chrono_literals;
using rules::Reading;
using rules::Series;
using std::chrono::seconds;

constexpr base::WallTime kMidnight{seconds(1752624000)};

Reading cpu(base::Duration after_midnight, std::optional<float> percent) {
  Reading reading;
  reading.time = kMidnight + after_midnight;
  reading.at(Series::kCpuPercent) = rules::Spread::of(percent);
  return reading;
}

std::vector<Reading> thin(seconds step, const std::vector<Reading>& readings) {
  rules::Thinning thinning(step);
  std::vector<Reading> points;
  for (const Reading& reading : readings) {
    if (const auto point = thinning.add(reading)) points.push_back(*point);
  }
  if (const auto point = thinning.finish()) points.push_back(*point);
  return points;
}

}  // namespace

TEST_CASE("the step of a range") {
  struct Case {
    const char* reason;
    seconds range;
    seconds interval;
    seconds step;
  };
  const Case cases[] = {
      {"an hour of every 10 s is drawn whole", 1h, 10s, 10s},
      {"the shortest range", 5min, 10s, 10s},
      {"a box that samples each minute has no finer points", 1h, 60s, 60s},
      {"a day", 24h, 10s, 180s},
      {"a week", 168h, 10s, 1200s},
      {"90 days", 129600min, 10s, 14400s},
      {"600 steps would be 601 points", 6000s, 10s, 20s},
      {"one less fits", 5990s, 10s, 10s},
      {"longer than any step is made for", 10000000min, 10s, 86400s},
  };
  for (const Case& c : cases) {
    CAPTURE(c.reason);
    CHECK(rules::thinning_step(c.range, c.interval, 600) == c.step);
  }
}

TEST_CASE("every range of the API stays under 600 points") {
  for (std::chrono::minutes range = 5min; range <= 129600min; range += 5min) {
    const seconds step = rules::thinning_step(range, 10s, 600);
    CHECK(seconds(range) / step + 1 <= 600);
    CHECK(seconds(24h) % step == 0s);
  }
}

TEST_CASE("a point has mean, smallest and largest of its step") {
  const auto points = thin(60s, {cpu(0s, 10), cpu(10s, 50), cpu(50s, 30), cpu(60s, 7)});
  REQUIRE(points.size() == 2);
  CHECK(points[0].time == kMidnight);
  CHECK(points[0].at(Series::kCpuPercent).mean == doctest::Approx(30));
  CHECK(points[0].at(Series::kCpuPercent).min == 10);
  CHECK(points[0].at(Series::kCpuPercent).max == 50);
  CHECK(points[1].time == kMidnight + 60s);
  CHECK(points[1].at(Series::kCpuPercent).mean == 7);
}

TEST_CASE("a minute of six readings weighs six times one") {
  Reading minute = cpu(0s, 10);
  minute.at(Series::kCpuPercent).count = 6;
  const auto points = thin(120s, {minute, cpu(60s, 80)});
  REQUIRE(points.size() == 1);
  CHECK(points[0].at(Series::kCpuPercent).mean == doctest::Approx(20));
}

TEST_CASE("what was not read is not made up") {
  const auto points = thin(60s, {cpu(0s, std::nullopt), cpu(10s, 20), cpu(300s, std::nullopt)});
  REQUIRE(points.size() == 2);
  CHECK(points[0].at(Series::kCpuPercent).mean == 20);
  CHECK(points[0].at(Series::kPingMs).count == 0);
  CHECK(points[1].time == kMidnight + 300s);
  CHECK(points[1].at(Series::kCpuPercent).count == 0);
}

TEST_CASE("a value that is no number is none") {
  CHECK(rules::Spread::of(std::numeric_limits<float>::quiet_NaN()).count == 0);
  CHECK(rules::Spread::of(std::numeric_limits<float>::infinity()).count == 0);
}

TEST_CASE("the clock was set back: times never go backwards") {
  const auto points = thin(60s, {cpu(120s, 10), cpu(10s, 20), cpu(130s, 30)});
  REQUIRE(points.size() == 1);
  CHECK(points[0].time == kMidnight + 120s);
  CHECK(points[0].at(Series::kCpuPercent).count == 3);
}

TEST_CASE("nothing read: no point") { CHECK(thin(60s, {}).empty()); }

TEST_CASE("a sample as a reading") {
  rules::KeptSample sample;
  sample.stamp = kMidnight;
  sample.cpu_percent = 12.5F;
  SUBCASE("what is absent is not known") { CHECK(rules::reading_of(sample).at(Series::kReceivedBytesPerS).count == 0); }
  SUBCASE("traffic") {
    sample.received_bytes_per_s = 120;
    sample.sent_bytes_per_s = 3;
    CHECK(rules::reading_of(sample).at(Series::kReceivedBytesPerS).mean == 120);
    CHECK(rules::reading_of(sample).at(Series::kSentBytesPerS).mean == 3);
  }
  CHECK(rules::reading_of(sample).at(Series::kCpuPercent).mean == 12.5F);
  CHECK(rules::reading_of(sample).at(Series::kSwapPercent).count == 0);
}

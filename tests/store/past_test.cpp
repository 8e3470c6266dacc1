// SPDX-License-Identifier: MIT
#include "store/past.h"

#include <vector>

#include "history_box.h"

namespace {

using namespace history_box;
using rules::Series;

struct PastReader {
  explicit PastReader(Box& box) : past(box.shared, *box.ring) {}

  /// Everything from `from` until `until`, read as an answer reads it: a few at a time.
  std::vector<rules::Reading> read(base::WallTime from, base::WallTime until, bool by_minutes, int most = 7) {
    readings.clear();
    store::Past::Wanted wanted{.from = from, .until = until, .by_minutes = by_minutes, .most = most};
    while (past.read(wanted, store::Past::Take::to<&PastReader::take>(*this))) {
      wanted.from = readings.back().time + base::Duration(1);
    }
    return readings;
  }
  void take(const rules::Reading& reading) { readings.push_back(reading); }

  store::Past past;
  std::vector<rules::Reading> readings;
};

void check_order(const std::vector<rules::Reading>& readings) {
  for (std::size_t i = 1; i < readings.size(); ++i) CHECK(readings[i - 1].time < readings[i].time);
}

constexpr base::WallTime kBegin = kStart;
constexpr base::WallTime kEnd = kStart + 24h;

}  // namespace

TEST_CASE("the past of a run is in memory, all of it") {
  Box box;
  REQUIRE(box.history.open(box.options));
  box.cycles(20);
  const auto readings = PastReader(box).read(kBegin, kEnd, false);
  REQUIRE(readings.size() == 20);
  check_order(readings);
  CHECK(readings[0].time == kStart + 10s);
  CHECK(readings[0].at(Series::kCpuPercent).mean == doctest::Approx(42.3));
}

TEST_CASE("the past of the run before is in the database, this run's in memory: each once") {
  Box before;
  REQUIRE(before.history.open(before.options));
  before.cycles(100);
  before.history.close();

  Box now(before.options.directory);
  now.clock.advance(30min);
  REQUIRE(now.history.open(now.options));
  now.cycles(50);
  PastReader reader(now);
  SUBCASE("each reading") {
    const auto readings = reader.read(kBegin, kEnd, false);
    CHECK(readings.size() == 150);
    check_order(readings);
  }
  SUBCASE("a minute is enough: minutes, then what no minute was made of yet") {
    const auto readings = reader.read(kBegin - 10s, kEnd, true);  // a whole minute
    check_order(readings);
    CHECK(readings.size() < 100);
    std::uint32_t samples = 0;
    for (const auto& reading : readings) samples += reading.at(Series::kCpuPercent).count;
    CHECK(samples == 150);
    CHECK(readings[1].at(Series::kCpuPercent).count == 6);
    CHECK(readings[1].at(Series::kPingMs).min == doctest::Approx(23.45));
  }
  SUBCASE("only what is asked for") {
    const auto readings = reader.read(kStart + 60s, kStart + 120s, false);
    REQUIRE(readings.size() == 6);
    CHECK(readings.front().time == kStart + 60s);
    CHECK(readings.back().time == kStart + 110s);
  }
  SUBCASE("one at a time is the same") { CHECK(reader.read(kBegin, kEnd, false, 1).size() == 150); }
  SUBCASE("nothing before the first") { CHECK(reader.read(kBegin - 1h, kBegin, true).empty()); }
}

TEST_CASE("without a database there is what is in memory") {
  Box box;
  for (int i = 0; i < 3; ++i) box.ring->push(sample_at(kStart + i * kInterval));
  CHECK(PastReader(box).read(kBegin, kEnd, true).size() == 3);
}

TEST_CASE("what could not be measured is nothing, not zero") {
  Box before;
  REQUIRE(before.history.open(before.options));
  before.clock.advance(kInterval);
  rules::Sample sample = sample_at(before.clock.wall_now());
  sample.ping_ms.reset();
  before.ring->push(sample);
  before.history.close();

  Box now(before.options.directory);
  REQUIRE(now.history.open(now.options));
  const auto readings = PastReader(now).read(kBegin, kEnd, false);
  REQUIRE(readings.size() == 1);
  CHECK(readings[0].at(Series::kPingMs).count == 0);
  CHECK(readings[0].at(Series::kTemperatureCelsius).count == 0);
  CHECK(readings[0].at(Series::kDiskPercent).count == 1);
}

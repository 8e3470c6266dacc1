// SPDX-License-Identifier: MIT
#include "base/duration_histogram.h"

#include <doctest/doctest.h>

using namespace std::chrono_literals;

TEST_CASE("nothing measured: nothing claimed") {
  const base::DurationHistogram histogram;
  CHECK(histogram.total() == 0);
  CHECK(histogram.percentile(99) == 0s);
}

TEST_CASE("percentiles are the bound of their bucket, the maximum is exact") {
  base::DurationHistogram histogram;
  for (int i = 0; i < 98; ++i) histogram.add(100us);
  histogram.add(3ms);
  histogram.add(70ms);
  CHECK(histogram.percentile(50) == 128us);
  CHECK(histogram.percentile(99) == 4096us);
  CHECK(histogram.percentile(100) == 70ms);
  CHECK(histogram.longest() == 70ms);
  CHECK(histogram.sum() == 98 * 100us + 73ms);
}

TEST_CASE("what is longer than every bucket, and what is negative, is counted all the same") {
  base::DurationHistogram histogram;
  histogram.add(10min);
  histogram.add(-5ms);
  CHECK(histogram.total() == 2);
  CHECK(histogram.percentile(100) == 10min);
}

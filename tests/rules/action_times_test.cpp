// SPDX-License-Identifier: MIT
#include "rules/action_times.h"

#include <doctest/doctest.h>

namespace {

using namespace std::chrono_literals;
using rules::ActionTimes;

base::SteadyTime at(int second) { return base::SteadyTime(std::chrono::seconds(second)); }

}  // namespace

TEST_CASE("how often something was done within a while") {
  ActionTimes<3> times;
  CHECK(times.count(10s, at(0)) == 0);
  times.add(at(5));
  CHECK(times.count(10s, at(5)) == 1);
  CHECK(times.count(10s, at(14)) == 1);
  CHECK_MESSAGE(times.count(10s, at(15)) == 0, "one that is as old as the window is not within it");
}

TEST_CASE("when there is room again") {
  ActionTimes<3> times;
  CHECK(times.room_at(1, 10s, at(0)) == at(0));
  for (const int second : {1, 2, 3}) times.add(at(second));
  CHECK(times.room_at(3, 10s, at(4)) == at(11));
  CHECK(times.room_at(2, 10s, at(4)) == at(12));
  CHECK(times.room_at(1, 10s, at(4)) == at(13));
  CHECK(times.room_at(3, 10s, at(11)) == at(11));
}

TEST_CASE("times come in any order, and the oldest goes when there is no room") {
  ActionTimes<3> times;
  for (const int second : {30, 10, 20}) times.add(at(second));
  CHECK(times.count(25s, at(31)) == 3);
  CHECK(times.count(15s, at(31)) == 2);
  times.add(at(5));
  CHECK_MESSAGE(times.count(30s, at(31)) == 3, "one that is older than all of them is not kept");
  times.add(at(25));
  CHECK(times.count(15s, at(31)) == 3);
  times.clear();
  CHECK(times.count(100s, at(31)) == 0);
}

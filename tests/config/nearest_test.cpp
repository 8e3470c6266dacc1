// SPDX-License-Identifier: MIT
#include "config/nearest.h"

#include <doctest/doctest.h>

#include <string>

TEST_CASE("the distance between two words") {
  const struct {
    std::string_view left, right;
    std::size_t wanted;
  } cases[] = {
      {"interval", "interval", 0},
      {"", "abc", 3},
      {"abc", "", 3},
      {"intervall", "interval", 1},
      {"intervel", "interval", 1},
      {"intreval", "interval", 1},
      {"Interval", "INTERVAL", 0},
      {"disk", "docker", 4},
  };
  for (const auto& test : cases) {
    CAPTURE(test.left);
    CHECK(config::edit_distance(test.left, test.right) == test.wanted);
    CHECK(config::edit_distance(test.right, test.left) == test.wanted);
  }
  const std::string longest(63, 'a');
  CHECK(config::edit_distance(longest, longest) == 0);
  CHECK(config::edit_distance(longest + "a", longest) == static_cast<std::size_t>(-1));
}

TEST_CASE("the nearest of some words") {
  constexpr std::string_view kWords[] = {"interval", "probe", "probe_timeout", "disk", "keep_raw", "log_level"};
  const struct {
    const char* reason;
    std::string wanted;
    std::string_view best;
  } cases[] = {
      {"a letter too many", "intervall", "interval"},
      {"two swapped", "porbe", "probe"},
      {"the closer of two that are near", "probe_timout", "probe_timeout"},
      {"one word with more behind it", "keep_raw_days", "keep_raw"},
      {"the beginning of a word", "log", "log_level"},
      {"far from all", "weather", ""},
      {"nothing at all", "", ""},
      {"short, and mostly different", "dog", ""},
      {"very long", std::string(5000, 'x'), ""},
  };
  for (const auto& test : cases) {
    CAPTURE(test.reason);
    config::Nearest nearest(test.wanted);
    for (const std::string_view word : kWords) nearest.consider(word);
    CHECK(nearest.best() == test.best);
  }
}

// SPDX-License-Identifier: MIT
#include "rules/threshold.h"

#include <doctest/doctest.h>

#include <vector>

using rules::Marks;
using rules::Threshold;
using rules::Verdict;
using Level = rules::Threshold::Level;

TEST_CASE("a mark itself is over it; between the lower and the upper one nothing is said") {
  const Marks marks{90, 95, 80, 3};
  struct Case {
    float value;
    Verdict verdict;
  };
  const Case cases[] = {{0, Verdict::kClear},       {79.9F, Verdict::kClear}, {80, Verdict::kBetween},
                        {89.9F, Verdict::kBetween}, {90, Verdict::kWarning},  {94.9F, Verdict::kWarning},
                        {95, Verdict::kCritical},   {100, Verdict::kCritical}};
  for (const Case& c : cases) {
    CAPTURE(c.value);
    CHECK(judge(c.value, marks) == c.verdict);
  }
  CHECK(rules::judge(100, {0, 95, 80, 1}) == Verdict::kClear);    // not judged
  CHECK(rules::judge(100, {90, 0, 80, 1}) == Verdict::kWarning);  // no such level
}

TEST_CASE("conditions that belong together") {
  CHECK(both(Verdict::kCritical, Verdict::kClear) == Verdict::kClear);
  CHECK(both(Verdict::kWarning, Verdict::kBetween) == Verdict::kBetween);
  CHECK(either(Verdict::kBetween, Verdict::kClear) == Verdict::kBetween);
  CHECK(either(Verdict::kBetween, Verdict::kCritical) == Verdict::kCritical);
}

TEST_CASE("levels follow so many readings running") {
  struct Case {
    const char* reason;
    std::uint32_t samples;
    std::vector<float> values;
    std::vector<Level> levels;
  };
  const Marks marks{90, 95, 80, 0};
  constexpr Level well = Level::kWell, warning = Level::kWarning, critical = Level::kCritical;
  const Case cases[] = {
      {"one reading is enough", 1, {91, 70}, {warning, well}},
      {"three running, not three of four", 3, {91, 91, 70, 91, 91, 91}, {well, well, well, well, well, warning}},
      {"high and critical readings count together", 3, {91, 96, 92}, {well, well, warning}},
      {"critical needs its own row", 2, {96, 91, 96, 96}, {well, warning, warning, critical}},
      {"at once critical", 2, {96, 97}, {well, critical}},
      {"between the marks it stays as it is",
       1,
       {85, 91, 85, 81, 80, 79},
       {well, warning, warning, warning, warning, well}},
      {"clear too needs its row", 2, {91, 91, 79, 80, 79, 79}, {well, warning, warning, warning, warning, well}},
      {"critical stays critical until it clears",
       1,
       {96, 91, 96, 85, 79},
       {critical, critical, critical, critical, well}},
      {"about the mark it changes once", 1, {90, 89, 90, 89}, {warning, warning, warning, warning}},
  };
  for (const Case& c : cases) {
    CAPTURE(c.reason);
    Threshold threshold;
    Level before = well;
    for (std::size_t i = 0; i < c.values.size(); ++i) {
      CAPTURE(i);
      const bool changed = threshold.on_reading(judge(c.values[i], marks), c.samples);
      CHECK(threshold.level() == c.levels[i]);
      CHECK(changed == (c.levels[i] != before));
      before = c.levels[i];
    }
  }
}

TEST_CASE("what an earlier run told ends in this one") {
  Threshold threshold;
  threshold.set_level(Level::kCritical);
  CHECK_FALSE(threshold.on_reading(Verdict::kWarning, 1));
  CHECK(threshold.on_reading(Verdict::kClear, 1));
  CHECK(threshold.level() == Level::kWell);
}

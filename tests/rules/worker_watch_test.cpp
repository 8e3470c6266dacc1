// SPDX-License-Identifier: MIT
#include "rules/worker_watch.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace {

constexpr int kNoAnswer = 0;

rules::WorkerStatus status(int number) {
  if (number == kNoAnswer) return {};
  return static_cast<std::uint16_t>(number);
}

std::string shown(rules::WorkerStatus value) { return value ? std::to_string(*value) : "N/A"; }

/// What came of each answer: "" for nothing, "=200" for a state taken in silence, "200>500" for a change that is told.
std::vector<std::string> run(rules::WorkerStatus stored, unsigned confirm, const std::vector<int>& answers) {
  rules::WorkerWatch watch(stored);
  std::vector<std::string> news;
  for (const int answer : answers) {
    const auto verdict = watch.on_answer(status(answer), confirm);
    switch (verdict.news) {
      case rules::WorkerWatch::News::kNone:
        news.emplace_back();
        break;
      case rules::WorkerWatch::News::kRemember:
        news.push_back("=" + shown(verdict.now));
        CHECK(watch.told() == verdict.now);
        break;
      case rules::WorkerWatch::News::kTell:
        news.push_back(shown(verdict.before) + ">" + shown(verdict.now));
        CHECK(watch.told() == verdict.now);
        break;
    }
  }
  return news;
}

}  // namespace

TEST_CASE("what is told of the Worker's answers, one after the other") {
  using News = std::vector<std::string>;
  const struct {
    const char* reason;
    int stored;
    unsigned confirm;
    std::vector<int> answers;
    News news;
  } cases[] = {
      {"the first answer ever is only remembered", kNoAnswer, 1, {200, 200}, {"=200", ""}},
      {"no answer at first, either", kNoAnswer, 1, {0, 0, 200}, {"=N/A", "", "=200"}},
      {"the same as before the restart", 200, 1, {200}, {""}},
      {"changed while Limpet was away", 200, 1, {500}, {"200>500"}},
      {"gone while Limpet was away", 200, 1, {0}, {"200>N/A"}},
      {"every change is told, once", 200, 1, {500, 500, 0, 0}, {"200>500", "", "500>N/A", ""}},
      {"coming back from no answer is not", 200, 1, {0, 500, 200}, {"200>N/A", "=500", "500>200"}},
      {"back and forth", 200, 1, {500, 200, 500}, {"200>500", "500>200", "200>500"}},
      {"a change counts after so many equal answers", 200, 3, {500, 500, 500, 500}, {"", "", "200>500", ""}},
      {"the old answer between starts the count anew", 200, 2, {500, 200, 500, 500}, {"", "", "", "200>500"}},
      {"another answer between, too", 200, 2, {500, 0, 500, 0, 0}, {"", "", "", "", "200>N/A"}},
      {"from no answer it takes as many", 200, 2, {0, 0, 500, 200, 200}, {"", "200>N/A", "", "", "=200"}},
      {"the very first is taken at once, so that no change after it is missed",
       kNoAnswer,
       2,
       {200, 500, 500},
       {"=200", "", "200>500"}},
  };
  for (const auto& test : cases) {
    CAPTURE(test.reason);
    CHECK(run(status(test.stored), test.confirm, test.answers) == test.news);
  }
}

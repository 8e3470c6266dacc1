// SPDX-License-Identifier: MIT
#include "collect/smart_answer.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <optional>
#include <string>

#include "fakes/loop_runner.h"

using namespace std::chrono_literals;
using rules::DiskHealth;

namespace {

constexpr std::string_view kPasses = R"({"smartctl":{"exit_status":0},"smart_status":{"passed":true}})";

struct Box {
  fakes::LoopRunner runner;
  std::optional<rules::DiskReport> report;
  collect::SmartAnswer answer{runner.loop(), base::Callback<const rules::DiskReport&>::to<&Box::on_done>(*this)};
  os::UniqueFd far_end;

  void on_done(const rules::DiskReport& found) {
    CHECK_FALSE(report);
    CHECK_FALSE(answer.running());
    report = found;
  }
  void start(base::Duration patience = 10s) {
    int ends[2];
    REQUIRE(::pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0);
    far_end.reset(ends[1]);
    report.reset();
    answer.start(os::UniqueFd(ends[0]), runner.in(patience));
  }
  void say(std::string_view text) {
    REQUIRE(::write(far_end.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  }
  bool run() {
    return runner.run_until([this] { return report.has_value(); });
  }
};

}  // namespace

TEST_CASE_FIXTURE(Box, "an answer counts when it came whole, however slowly, and is kept as it came") {
  for (int round = 0; round < 2; ++round) {
    start();
    for (const char c : kPasses) {
      say({&c, 1});
      runner.run_for(1ms);
      REQUIRE_FALSE(report);
    }
    far_end.reset();
    REQUIRE(run());
    CHECK(report->health == DiskHealth::kPassed);
    CHECK(answer.text() == kPasses);
  }
}

TEST_CASE_FIXTURE(Box, "one that does not end is given up at its time, and the other end learns it") {
  start(50ms);
  say(kPasses);
  REQUIRE(run());
  CHECK(report->health == DiskHealth::kUnknown);
  CHECK(report->reason.view() == "smartctl did not answer in time");
  CHECK(answer.text().empty());
  pollfd closed{far_end.get(), 0, 0};
  CHECK(::poll(&closed, 1, 0) == 1);
  CHECK((closed.revents & POLLERR) != 0);
}

TEST_CASE_FIXTURE(Box, "no word at all, and words without an end, are no answer") {
  start();
  far_end.reset();
  REQUIRE(run());
  CHECK(report->reason.view() == "smartctl ended without an answer");

  start();
  const std::string words(4096, 'y');
  REQUIRE(runner.run_until([&] {
    if (report) return true;
    [[maybe_unused]] const ssize_t written = ::write(far_end.get(), words.data(), words.size());
    return false;
  }));
  CHECK(report->reason.view() == "smartctl does not stop talking");
  CHECK(answer.text().empty());
}

TEST_CASE_FIXTURE(Box, "of an answer that is longer than its room the part that counts is kept") {
  start();
  say(R"({"json_format_version":[1,0],"long":")");
  const std::string long_text(30 * 1024, 'x');
  say(long_text);
  say(R"(",)" + std::string(kPasses.substr(1)));
  far_end.reset();
  REQUIRE(run());
  CHECK(report->health == DiskHealth::kPassed);
  CHECK(answer.text() == kPasses);
}

TEST_CASE_FIXTURE(Box, "nothing comes of one that was cancelled") {
  start(10ms);
  say(kPasses);
  answer.cancel();
  far_end.reset();
  runner.run_for(30ms);
  CHECK_FALSE(report);
}

// SPDX-License-Identifier: MIT
#include "base/log.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <string>

using namespace std::chrono_literals;
using base::log::Level;
using base::log::RepeatFilter;

namespace {

// Puts a pipe in the place of stderr and gives back what was written.
class CapturedStderr {
 public:
  CapturedStderr() : saved_(::dup(STDERR_FILENO)) {
    REQUIRE(::pipe2(pipe_, O_CLOEXEC) == 0);
    REQUIRE(::dup2(pipe_[1], STDERR_FILENO) == STDERR_FILENO);
    REQUIRE(::fcntl(pipe_[0], F_SETFL, O_NONBLOCK) == 0);
  }
  ~CapturedStderr() {
    ::dup2(saved_, STDERR_FILENO);
    ::close(saved_);
    ::close(pipe_[0]);
    ::close(pipe_[1]);
  }
  std::string text() const {
    std::string all;
    char buffer[4096];
    for (ssize_t got; (got = ::read(pipe_[0], buffer, sizeof buffer)) > 0;)
      all.append(buffer, static_cast<std::size_t>(got));
    return all;
  }

 private:
  int saved_;
  int pipe_[2] = {-1, -1};
};

}  // namespace

TEST_CASE("a line that repeats within a minute is written once and counted") {
  RepeatFilter filter;
  const base::SteadyTime begin(100s);
  CHECK(filter.on_line(Level::kWarn, "disk full", begin).write);
  CHECK_FALSE(filter.on_line(Level::kWarn, "disk full", begin + 10s).write);
  CHECK_FALSE(filter.on_line(Level::kWarn, "disk full", begin + 59s).write);
  const auto other = filter.on_line(Level::kWarn, "disk ok", begin + 59s);
  CHECK(other.write);
  CHECK(other.held_back == 2);
}

TEST_CASE("after a minute the same line is written again, with the count") {
  RepeatFilter filter;
  const base::SteadyTime begin(100s);
  CHECK(filter.on_line(Level::kWarn, "disk full", begin).write);
  CHECK_FALSE(filter.on_line(Level::kWarn, "disk full", begin + 30s).write);
  const auto again = filter.on_line(Level::kWarn, "disk full", begin + 60s);
  CHECK(again.write);
  CHECK(again.held_back == 1);
  CHECK(filter.take_held_back() == 0);
}

TEST_CASE("the same text at another level is another line") {
  RepeatFilter filter;
  CHECK(filter.on_line(Level::kWarn, "x", base::SteadyTime(1s)).write);
  CHECK(filter.on_line(Level::kError, "x", base::SteadyTime(1s)).write);
}

TEST_CASE("one line stays one line, whatever a peer put into its text") {
  std::string text;
  {
    CapturedStderr captured;
    base::log::configure(Level::kInfo, base::log::Target::kStderr);
    base::log::warn("name %s", "evil\n2026-01-01 00:00:00 error: forged\r\x1B[2J");
    text = captured.text();
  }
  CHECK(std::count(text.begin(), text.end(), '\n') == 1);
  CHECK(text.find('\x1B') == std::string::npos);
  CHECK(text.find("warning: name evil") != std::string::npos);
}

TEST_CASE("below the level nothing is written; a line of any length ends with a newline") {
  std::string text;
  {
    CapturedStderr captured;
    base::log::configure(Level::kWarn, base::log::Target::kStderr);
    base::log::info("not this");
    base::log::error("%s", std::string(5000, 'x').c_str());
    text = captured.text();
  }
  base::log::configure(Level::kInfo, base::log::Target::kStderr);
  CHECK(text.find("not this") == std::string::npos);
  CHECK(text.size() < 1100);
  CHECK(text.back() == '\n');
}

TEST_CASE("a stderr that nobody reads blocks nobody: lines are dropped and counted") {
  const std::uint64_t before = base::log::dropped();
  {
    CapturedStderr captured;
    for (int i = 0; i < 2000; ++i) base::log::info("line %d of many %s", i, std::string(200, 'x').c_str());
  }
  CHECK(base::log::dropped() > before);
}

// SPDX-License-Identifier: MIT
// Real children, and file systems that really do not answer: FUSE without a server.
#include "collect/slow_host.h"

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>

#include <optional>
#include <vector>

#include "fakes/hung_mount.h"
#include "fakes/loop_runner.h"

using namespace std::chrono_literals;

namespace {

struct Watcher {
  fakes::LoopRunner runner;
  collect::SlowHost slow{runner.loop(), collect::SlowHost::OnDone::to<&Watcher::on_done>(*this)};
  std::vector<collect::SlowReading> done;

  void on_done(const collect::SlowReading& reading) { done.push_back(reading); }
  collect::SlowReading look() {
    done.clear();
    REQUIRE(slow.start());
    CHECK(done.empty());
    REQUIRE(runner.run_until([this] { return !done.empty(); }, 20s));
    CHECK_FALSE(slow.running());
    return done[0];
  }
};

/// How long the longest pause of a loop was that has something to do every 10 ms.
struct Pulse {
  explicit Pulse(event::Loop& loop)
      : loop_(loop),
        timer_(loop, "pulse", base::Callback<>::to<&Pulse::beat>(*this)),
        last_(loop.clock().steady_now()) {
    timer_.arm_after(10ms);
  }
  void beat() {
    const base::SteadyTime now = loop_.clock().steady_now();
    longest = std::max(longest, now - last_);
    last_ = now;
    timer_.arm_after(10ms);
  }
  event::Loop& loop_;
  event::Timer timer_;
  base::SteadyTime last_;
  base::Duration longest{};
};

const rules::MountReading* find(const collect::SlowReading& reading, std::string_view path) {
  for (std::size_t i = 0; i < reading.mount_count; ++i) {
    if (reading.mounts[i].path == rules::MountPath(path)) return &reading.mounts[i];
  }
  return nullptr;
}

}  // namespace

TEST_CASE_FIXTURE(Watcher, "a look at this very box, again and again, leaves no process behind") {
  slow.configure({});
  for (int i = 0; i < 3; ++i) {
    const auto reading = look();
    CHECK(reading.disk_percent.has_value());
    CHECK(reading.all_mounts);
    CHECK(find(reading, "/") != nullptr);
  }
  CHECK(::waitpid(-1, nullptr, WNOHANG) == -1);
  CHECK(slow.stuck() == 0);
}

TEST_CASE_FIXTURE(Watcher, "only one look at a time") {
  slow.configure({});
  REQUIRE(slow.start());
  CHECK_FALSE(slow.start());
  REQUIRE(runner.run_until([this] { return !done.empty(); }, 20s));
  CHECK(done.size() == 1);
}

TEST_CASE("a file system that does not answer holds nothing up") {
  using Kind = fakes::HungMount::Kind;
  for (const Kind kind : {Kind::kDeaf, Kind::kSilent}) {
    CAPTURE(kind == Kind::kDeaf);
    fakes::HungMount hung(kind);
    if (!hung.mounted()) {
      MESSAGE("left out: FUSE cannot be mounted here");
      return;
    }
    Watcher watcher;
    watcher.slow.configure({.mounts = "/," + hung.path()});
    {
      Pulse pulse(watcher.runner.loop());
      // The box may just have been busy: only the second time counts.
      for (std::size_t late = 1; late <= 2; ++late) {
        const auto reading = watcher.look();
        CHECK(reading.mount_count == 0);  // nothing of a look that did not come to its end
        CHECK_FALSE(reading.all_mounts);
        CHECK(watcher.slow.stuck_total() == late);
      }
      CHECK(pulse.longest < collect::SlowHost::kPatience / 2);
    }
    const auto begun = watcher.runner.clock().steady_now();
    const auto reading = watcher.look();
    CHECK(watcher.runner.clock().steady_now() - begun < collect::SlowHost::kPatience);
    REQUIRE(find(reading, hung.path()) != nullptr);
    CHECK(find(reading, hung.path())->silent);
    CHECK_FALSE(find(reading, "/")->silent);
    CHECK(reading.disk_percent.has_value());
    CHECK(watcher.slow.stuck_total() == 2);
    hung.release();
    CHECK(find(watcher.look(), hung.path())->silent);  // not asked again before its time
  }
}

TEST_CASE_FIXTURE(Watcher, "sensors that do not answer hold nothing up, and cost nothing but themselves") {
  fakes::HungMount sys(fakes::HungMount::Kind::kSilent);
  if (!sys.mounted()) {
    MESSAGE("left out: FUSE cannot be mounted here");
    return;
  }
  slow.configure({.sysfs_root = sys.path(), .mounts = "/"});
  Pulse pulse(runner.loop());
  for (std::size_t late = 1; late <= 2; ++late) {
    CHECK_FALSE(look().temperature_celsius);
    CHECK(slow.stuck_total() == late);
  }
  CHECK(pulse.longest < collect::SlowHost::kPatience / 2);
}

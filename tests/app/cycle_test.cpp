// SPDX-License-Identifier: MIT
#include "app/cycle.h"

#include <doctest/doctest.h>

#include <atomic>
#include <string>
#include <vector>

#include "fakes/loop_runner.h"
#include "fakes/script_server.h"

using namespace std::chrono_literals;
using app::Cycle;
using fakes::Peer;

namespace {

constexpr base::WallTime kNominal{1763755450s};

void answer(Peer& peer, const std::string& status, const std::string& body = "") {
  peer.send("HTTP/1.1 " + status + "\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) +
            "\r\n\r\n" + body);
}

/// A cycle with a real probe and Worker, whose answers a test chooses, on a box with two containers.
struct Box {
  struct Done {
    rules::Sample sample;
    bool complete;
  };

  fakes::LoopRunner runner;
  std::atomic<int> probe_status = 200;
  std::atomic<bool> worker_hangs = false;
  std::atomic<int> told = 0;
  fakes::ScriptServer internet{[this](Peer& peer) {
    peer.read_request();
    answer(peer, std::to_string(probe_status));
  }};
  fakes::ScriptServer cloud{[this](Peer& peer) {
    if (peer.read_request().empty()) return;
    ++told;
    if (worker_hangs) return peer.hang();
    answer(peer, "202 Accepted");
  }};

  net::Resolver resolver{runner.loop(), {.resolv_conf = "/nonexistent", .hosts = "/nonexistent"}};
  net::TlsService tls{runner.clock()};
  collect::InternetProbe probe{
      runner.loop(), resolver, tls, {}, base::Callback<const collect::ProbeResult&>::to<&Box::on_probe>(*this)};
  collect::HeartbeatWorker worker{runner.loop(), resolver, tls,
                                  base::Callback<const collect::WorkerResult&>::to<&Box::on_worker>(*this)};
  collect::SlowHost slow_host{runner.loop(), collect::SlowHost::OnDone::to<&Box::on_slow_host>(*this)};
  Cycle cycle{runner.clock(), slow_host, probe, worker, Cycle::OnDone::to<&Box::on_done>(*this)};
  collect::Host host;
  std::vector<Done> done;

  Box() {
    const std::string local = "http://127.0.0.1:";
    REQUIRE(probe.configure(local + std::to_string(internet.port()), 2s));
    config::Settings settings;
    settings.worker_url = local + std::to_string(cloud.port()) + "/beat";
    settings.worker_timeout = 2s;
    REQUIRE(worker.configure(settings));
    host.prime(runner.clock().steady_now());
  }
  void on_slow_host(const collect::SlowReading& reading) { cycle.on_slow_host(reading); }
  void on_probe(const collect::ProbeResult& result) { cycle.on_probe(result); }
  void on_worker(const collect::WorkerResult& result) { cycle.on_worker(result); }
  void on_done(const rules::Sample& sample) { done.push_back({sample, cycle.complete()}); }

  void start(base::WallTime nominal = kNominal, Cycle::Kind kind = Cycle::Kind::kHeartbeat) {
    cycle.start(host, nominal, kind, kind == Cycle::Kind::kLook ? -1 : 2);
  }
  Done run(Cycle::Kind kind = Cycle::Kind::kHeartbeat) {
    done.clear();
    start(kNominal, kind);
    CHECK(done.empty());
    if (kind == Cycle::Kind::kLook) cycle.on_containers(2);
    REQUIRE(runner.run_until([this] { return !done.empty(); }, 20s));
    return done[0];
  }
};

}  // namespace

TEST_CASE_FIXTURE(Box, "a whole cycle: the box, the internet, then the Worker") {
  const Done one = run();
  CHECK(one.complete);
  CHECK(one.sample.stamp == kNominal);
  CHECK(one.sample.memory_percent);
  CHECK(one.sample.disk_percent);
  CHECK(one.sample.internet_ok == true);
  CHECK(one.sample.ping_ms);
  CHECK(one.sample.containers == 2);
  CHECK(one.sample.worker_status == 202);
  CHECK(one.sample.cycle_duration_ms > 0.0F);
  CHECK(told == 1);
  runner.run_for(50ms);
  CHECK(done.size() == 1);
}

TEST_CASE_FIXTURE(Box, "a look tells the Worker nothing") {
  const Done one = run(Cycle::Kind::kLook);
  CHECK(one.complete);
  CHECK(one.sample.containers == 2);
  CHECK_FALSE(one.sample.worker_status);
  CHECK(told == 0);
}

TEST_CASE_FIXTURE(Box, "without internet the Worker is not told, and that is a whole cycle") {
  probe_status = 503;
  const Done one = run();
  CHECK(one.complete);
  CHECK(one.sample.internet_ok == false);
  CHECK_FALSE(one.sample.ping_ms);
  CHECK_FALSE(one.sample.worker_status);
  CHECK(told == 0);
}

TEST_CASE_FIXTURE(Box, "without a probe nobody says that there is no internet") {
  REQUIRE(probe.configure("", 2s));
  const Done one = run();
  CHECK_FALSE(one.sample.internet_ok);
  CHECK(one.sample.worker_status == 202);
}

TEST_CASE_FIXTURE(Box, "without a Worker the cycle ends with the probe") {
  REQUIRE(worker.configure({}));
  const Done one = run();
  CHECK(one.complete);
  CHECK(one.sample.internet_ok == true);
  CHECK_FALSE(one.sample.worker_status);
}

TEST_CASE_FIXTURE(Box, "a cycle whose Worker has not answered when the next begins is handed on, as cut off") {
  worker_hangs = true;
  start();
  REQUIRE(runner.run_until([this] { return told == 1; }, 20s));
  worker_hangs = false;
  start(kNominal + 10s);
  REQUIRE(done.size() == 1);
  CHECK_FALSE(done[0].complete);
  CHECK(done[0].sample.stamp == kNominal);
  CHECK(done[0].sample.containers == 2);
  CHECK_FALSE(done[0].sample.worker_status);
  REQUIRE(runner.run_until([this] { return done.size() == 2; }, 20s));
  CHECK(done[1].complete);
  CHECK(done[1].sample.stamp == kNominal + 10s);
  CHECK(done[1].sample.worker_status == 202);
}

TEST_CASE_FIXTURE(Box, "a look waits for the containers until the next cycle, which starts afresh") {
  start(kNominal, Cycle::Kind::kLook);
  runner.run_for(200ms);
  CHECK(done.empty());
  start(kNominal + 10s);
  REQUIRE(done.size() == 1);
  CHECK_FALSE(done[0].complete);
  CHECK(done[0].sample.internet_ok == true);
  CHECK(done[0].sample.containers == -1);
  REQUIRE(runner.run_until([this] { return done.size() == 2; }, 20s));
  CHECK(done[1].complete);
  CHECK(done[1].sample.containers == 2);
  CHECK(told == 1);
}

TEST_CASE_FIXTURE(Box, "an answer that nobody waits for changes nothing") {
  run();
  cycle.on_probe({.ok = false, .ping_ms = {}, .reason = {}});
  cycle.on_containers(7);
  cycle.on_worker({.status = 500, .reason = {}});
  CHECK(done.size() == 1);
}

// SPDX-License-Identifier: MIT
// One heartbeat cycle: reads the box, asks the internet probe, then tells the Worker, but not without internet, and
// hands on the sample when all have answered or given up. Stores nothing.
#pragma once

#include "base/callback.h"
#include "base/time.h"
#include "collect/heartbeat_worker.h"
#include "collect/host.h"
#include "collect/internet_probe.h"
#include "collect/slow_host.h"
#include "os/clock.h"
#include "rules/sample.h"

namespace app {

class Cycle {
 public:
  using OnDone = base::Callback<const rules::Sample&>;

  Cycle(const os::Clock& clock, collect::SlowHost& slow_host, collect::InternetProbe& probe,
        collect::HeartbeatWorker& worker, OnDone on_done)
      : clock_(clock), slow_host_(slow_host), probe_(probe), worker_(worker), on_done_(on_done) {}

  enum class Kind : std::uint8_t {
    kLook,       // only looks, and waits for on_containers(): the Worker is told nothing
    kHeartbeat,  // of an aligned second
  };
  /// Begins the cycle of the second `nominal`. One that still runs is handed on first, with what it has. `containers`:
  /// how many run, -1 when that is not known.
  void start(collect::Host& host, base::WallTime nominal, Kind kind, std::int32_t containers);

  /// Inside of on_done: whether nothing was cut off, so that a Worker without an answer really gave none.
  bool complete() const { return complete_; }

  /// The answers of the disks and sensors, of the probe and of the Worker, and the first of Docker, wired here by their
  /// owner.
  void on_slow_host(const collect::SlowReading& reading);
  void on_probe(const collect::ProbeResult& result);
  void on_containers(std::int32_t running);
  void on_worker(const collect::WorkerResult& result);

 private:
  bool waits() const { return waits_for_slow_host_ || waits_for_probe_ || waits_for_containers_ || waits_for_worker_; }
  void go_on();
  void finish();

  const os::Clock& clock_;
  collect::SlowHost& slow_host_;
  collect::InternetProbe& probe_;
  collect::HeartbeatWorker& worker_;
  OnDone on_done_;
  rules::Sample sample_;
  bool waits_for_slow_host_ = false;
  bool waits_for_probe_ = false;
  bool waits_for_containers_ = false;
  bool waits_for_worker_ = false;
  bool worker_to_tell_ = false;
  bool complete_ = false;
};

}  // namespace app

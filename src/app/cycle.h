// SPDX-License-Identifier: MIT
// One heartbeat cycle: reads the box at once, asks the internet probe and Docker at the same time, and hands on the
// sample when both have answered or given up. Decides nothing and stores nothing.
#pragma once

#include "base/callback.h"
#include "base/time.h"
#include "collect/docker_count.h"
#include "collect/host.h"
#include "collect/internet_probe.h"
#include "os/clock.h"
#include "rules/sample.h"

namespace app {

class Cycle {
 public:
  using OnDone = base::Callback<const rules::Sample&>;

  Cycle(const os::Clock& clock, collect::InternetProbe& probe, collect::DockerCount& docker, OnDone on_done)
      : clock_(clock), probe_(probe), docker_(docker), on_done_(on_done) {}

  /// Begins the cycle of the aligned second `nominal`. One that still runs is handed on first, with what it has.
  void start(collect::Host& host, base::WallTime nominal);

  /// The answers of the probe and of Docker, wired here by their owner.
  void on_probe(const collect::ProbeResult& result);
  void on_docker(const collect::DockerCountResult& result);

 private:
  void finish_if_complete();
  void finish();

  const os::Clock& clock_;
  collect::InternetProbe& probe_;
  collect::DockerCount& docker_;
  OnDone on_done_;
  rules::Sample sample_;
  bool waits_for_probe_ = false;
  bool waits_for_docker_ = false;
};

}  // namespace app

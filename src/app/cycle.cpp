// SPDX-License-Identifier: MIT
#include "app/cycle.h"

namespace app {

void Cycle::start(collect::Host& host, base::WallTime nominal, Kind kind) {
  if (waits_for_probe_ || waits_for_docker_ || waits_for_worker_) {
    worker_.cancel();
    complete_ = false;
    finish();
  }
  sample_ = {};
  sample_.stamp = nominal;
  sample_.taken_at = clock_.steady_now();
  host.read(sample_.taken_at, sample_);
  worker_to_tell_ = kind == Kind::kHeartbeat && worker_.configured();
  waits_for_docker_ = true;
  docker_.start();
  waits_for_probe_ = probe_.configured();
  if (waits_for_probe_) probe_.start();
}

void Cycle::on_probe(const collect::ProbeResult& result) {
  if (!waits_for_probe_) return;
  waits_for_probe_ = false;
  sample_.internet_ok = result.ok;
  sample_.ping_ms = result.ping_ms;
  go_on();
}

void Cycle::on_docker(const collect::DockerCountResult& result) {
  if (!waits_for_docker_) return;
  waits_for_docker_ = false;
  sample_.containers = result.running;
  go_on();
}

void Cycle::on_worker(const collect::WorkerResult& result) {
  if (!waits_for_worker_) return;
  waits_for_worker_ = false;
  sample_.worker_status = result.status;
  go_on();
}

// Without a probe nobody says that there is no internet.
void Cycle::go_on() {
  if (waits_for_probe_ || waits_for_docker_ || waits_for_worker_) return;
  if (worker_to_tell_ && sample_.internet_ok.value_or(true)) {
    worker_to_tell_ = false;
    waits_for_worker_ = true;
    return worker_.start(sample_);
  }
  complete_ = true;
  finish();
}

void Cycle::finish() {
  waits_for_probe_ = false;
  waits_for_docker_ = false;
  waits_for_worker_ = false;
  const base::Duration took = clock_.steady_now() - sample_.taken_at;
  sample_.cycle_duration_ms = std::chrono::duration<float, std::milli>(took).count();
  on_done_(sample_);
}

}  // namespace app

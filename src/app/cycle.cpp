// SPDX-License-Identifier: MIT
#include "app/cycle.h"

namespace app {

void Cycle::start(collect::Host& host, base::WallTime nominal) {
  if (waits_for_probe_ || waits_for_docker_) finish();
  sample_ = {};
  sample_.stamp = nominal;
  sample_.taken_at = clock_.steady_now();
  host.read(sample_.taken_at, sample_);
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
  finish_if_complete();
}

void Cycle::on_docker(const collect::DockerCountResult& result) {
  if (!waits_for_docker_) return;
  waits_for_docker_ = false;
  sample_.containers = result.running;
  finish_if_complete();
}

void Cycle::finish_if_complete() {
  if (!waits_for_probe_ && !waits_for_docker_) finish();
}

void Cycle::finish() {
  waits_for_probe_ = false;
  waits_for_docker_ = false;
  const base::Duration took = clock_.steady_now() - sample_.taken_at;
  sample_.cycle_duration_ms = std::chrono::duration<float, std::milli>(took).count();
  on_done_(sample_);
}

}  // namespace app

// SPDX-License-Identifier: MIT
#include "app/cycle.h"

namespace app {

void Cycle::start(collect::Host& host, base::WallTime nominal, Kind kind, std::int32_t containers) {
  if (waits()) {
    worker_.cancel();
    complete_ = false;
    finish();
  }
  sample_ = {};
  sample_.stamp = nominal;
  sample_.taken_at = clock_.steady_now();
  host.read(sample_.taken_at, sample_);
  worker_to_tell_ = kind == Kind::kHeartbeat && worker_.configured();
  sample_.containers = containers;
  waits_for_containers_ = kind == Kind::kLook;
  waits_for_slow_host_ = slow_host_.start();
  waits_for_probe_ = probe_.configured();
  if (waits_for_probe_) return probe_.start();
  go_on();
}

void Cycle::on_slow_host(const collect::SlowReading& reading) {
  if (!waits_for_slow_host_) return;
  waits_for_slow_host_ = false;
  sample_.disk_percent = reading.disk_percent;
  sample_.inode_percent = reading.inode_percent;
  sample_.temperature_celsius = reading.temperature_celsius;
  go_on();
}

void Cycle::on_probe(const collect::ProbeResult& result) {
  if (!waits_for_probe_) return;
  waits_for_probe_ = false;
  sample_.internet_ok = result.ok;
  sample_.ping_ms = result.ping_ms;
  go_on();
}

void Cycle::on_containers(std::int32_t running) {
  if (!waits_for_containers_) return;
  waits_for_containers_ = false;
  sample_.containers = running;
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
  if (waits()) return;
  if (worker_to_tell_ && sample_.internet_ok.value_or(true)) {
    worker_to_tell_ = false;
    waits_for_worker_ = true;
    return worker_.start(sample_);
  }
  complete_ = true;
  finish();
}

void Cycle::finish() {
  waits_for_slow_host_ = false;
  waits_for_probe_ = false;
  waits_for_containers_ = false;
  waits_for_worker_ = false;
  const base::Duration took = clock_.steady_now() - sample_.taken_at;
  sample_.cycle_duration_ms = std::chrono::duration<float, std::milli>(took).count();
  on_done_(sample_);
}

}  // namespace app

// SPDX-License-Identifier: MIT
// The box's disk, that of [heartbeat] disk: tells the healing whether it is full, and whether Limpet's own history
// could make room on it. Decides nothing.
#pragma once

#include "app/healing.h"
#include "app/host_monitor.h"
#include "config/settings.h"
#include "store/history.h"

namespace app {

class FullDisk {
 public:
  /// All are borrowed and outlive this.
  FullDisk(const config::Settings& settings, const HostMonitor& host, store::History& history, Healing& healing);
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

  /// After `host` had a reading.
  void on_cycle();

 private:
  const config::Settings& settings_;
  const HostMonitor& host_;
  store::History& history_;
  Healing& healing_;
};

}  // namespace app

// SPDX-License-Identifier: MIT
// What the probe and the Worker last answered and since when, told in the log when it changes.
#pragma once

#include "base/time.h"
#include "collect/heartbeat_worker.h"
#include "collect/internet_probe.h"

namespace app {

class Findings {
 public:
  /// Remembers the result. A change between answering and not answering is told, but for the first result.
  void on_probe(const collect::ProbeResult& result, base::SteadyTime now);
  /// The Worker's changes are told elsewhere, see app/worker_alerts.h; here only why it does not answer.
  void on_worker(const collect::WorkerResult& result);

  /// Forgets what was found, as when what is asked has changed: the next result is a first one again.
  void forget();

  const collect::ProbeResult& internet() const { return internet_; }
  const collect::WorkerResult& worker() const { return worker_; }
  bool worker_known() const { return worker_known_; }
  bool internet_known() const { return internet_known_; }
  base::SteadyTime internet_since() const { return internet_since_; }

 private:
  collect::ProbeResult internet_{.ok = false, .ping_ms = {}, .reason = "it has not answered yet"};
  collect::WorkerResult worker_;
  bool internet_known_ = false;
  bool worker_known_ = false;
  base::SteadyTime internet_since_{};
};

}  // namespace app

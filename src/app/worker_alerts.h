// SPDX-License-Identifier: MIT
// From the Worker's answers to alerts: what rules/worker_watch.h finds worth telling goes into the outbox, together
// with the state that it is compared with from then on. Owns that state while the daemon runs.
#pragma once

#include "app/alerts.h"
#include "config/settings.h"
#include "rules/event.h"
#include "rules/sample.h"
#include "rules/worker_watch.h"
#include "store/kept_value.h"

namespace app {

class WorkerAlerts {
 public:
  /// Both are borrowed and outlive this; the part that is kept is added to `turn_commit`.
  WorkerAlerts(Alerts& alerts, store::TurnCommit& turn_commit);

  /// A cycle whose Worker was asked, or was not because there is no internet. As long as the database cannot be read,
  /// so that it is not known what was told last, nothing is compared.
  void on_cycle(const rules::Sample& sample, base::SteadyTime now, const config::Settings& settings);

 private:
  Alerts& alerts_;
  store::KeptValue told_{"worker_status"};
  rules::WorkerWatch watch_;
  bool restored_ = false;
};

/// What is told: title and text are those of the earlier heartbeat monitor, which workflows know.
rules::Event worker_event(const rules::Sample& sample, base::SteadyTime now, const rules::WorkerWatch::Verdict& verdict,
                          std::string_view heartbeat_url);

}  // namespace app

// SPDX-License-Identifier: MIT
// What happens to Limpet itself, for a person to be told: a damaged database, a disk that refused, alerts that were
// dropped, a helper that ended. Looks once a cycle; borrows what it looks at.
#pragma once

#include <cstdint>
#include <string>

#include "app/alerts.h"
#include "os/clock.h"
#include "store/outbox.h"
#include "store/shared_database.h"
#include "store/turn_commit.h"

namespace app {

class OwnAlerts {
 public:
  /// Between two messages about dropped alerts: they are counted meanwhile.
  static constexpr std::chrono::hours kBetweenDrops{1};

  OwnAlerts(const os::Clock& clock, const std::string& host_name, Alerts& alerts, const store::Outbox& outbox,
            const store::SharedDatabase& database, const store::TurnCommit& turn_commit)
      : clock_(clock),
        host_name_(host_name),
        alerts_(alerts),
        outbox_(outbox),
        database_(database),
        turn_commit_(turn_commit) {}

  void on_cycle();
  /// The helper cannot be had again: this process has no right to start anything as root.
  void on_helper_end();

 private:
  void tell_set_aside();
  /// Waits with the others until the disk takes it, and goes as one message with its end then; `limpet status` tells
  /// it meanwhile.
  void tell_disk();
  void tell_dropped();

  const os::Clock& clock_;
  const std::string& host_name_;
  Alerts& alerts_;
  const store::Outbox& outbox_;
  const store::SharedDatabase& database_;
  const store::TurnCommit& turn_commit_;
  bool disk_refuses_ = false;       // told
  std::uint32_t broken_files_ = 0;  // told
  std::uint64_t lost_ = 0;          // told
  base::SteadyTime drops_told_at_{};
};

}  // namespace app

// SPDX-License-Identifier: MIT
// What happens to Limpet itself, for a person to be told: a damaged database, a disk that refused, alerts that were
// dropped, a helper that ended. Looks once a cycle; borrows what it looks at.
#pragma once

#include <cstdint>
#include <string>

#include "app/alerts.h"
#include "config/settings.h"
#include "heal/helper.h"
#include "os/clock.h"
#include "store/outbox.h"
#include "store/shared_database.h"
#include "store/turn_commit.h"

namespace app {

class OwnAlerts final : private store::OpenListener {
 public:
  /// Between two messages about dropped alerts: they are counted meanwhile.
  static constexpr std::chrono::hours kBetweenDrops{1};

  OwnAlerts(const os::Clock& clock, const config::Settings& settings, const std::string& host_name,
            heal::Helper& helper, Alerts& alerts, const store::Outbox& outbox, const store::SharedDatabase& database,
            store::TurnCommit& turn_commit);
  OwnAlerts(const OwnAlerts&) = delete;
  OwnAlerts& operator=(const OwnAlerts&) = delete;

  /// After the helper was opened, if there is one.
  void begin();
  void on_cycle();

 private:
  enum class HelperState : std::uint8_t { kUnknown, kWell, kLost };

  lib::SqliteResult<void> on_opened(lib::SqliteDatabase& database) override;
  void remember(const store::OpenAlert& alert);
  void on_helper_end();
  void on_helper_state(heal::HelperReply& reply);
  void tell_helper();
  void tell_set_aside();
  /// Waits with the others until the disk takes it, and goes as one message with its end then; `limpet status` tells
  /// it meanwhile.
  void tell_disk();
  void tell_dropped();

  const os::Clock& clock_;
  const config::Settings& settings_;
  const std::string& host_name_;
  const heal::Helper& helper_;
  Alerts& alerts_;
  const store::Outbox& outbox_;
  const store::SharedDatabase& database_;
  const store::TurnCommit& turn_commit_;
  heal::HelperCall state_call_;
  HelperState helper_state_ = HelperState::kUnknown;
  base::FixedString<400> helper_problem_;
  bool helper_lost_ = false;        // told
  bool disk_refuses_ = false;       // told
  std::uint32_t broken_files_ = 0;  // told
  std::uint64_t lost_ = 0;          // told
  base::SteadyTime drops_told_at_{};
};

}  // namespace app

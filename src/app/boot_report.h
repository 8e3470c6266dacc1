// SPDX-License-Identifier: MIT
// Tells once after the box was started anew why that was, as far as anybody knows: rules/boot_reason.h out of what the
// last run left in the database, what the helper sees, and the number of this start; and what was found damaged then.
#pragma once

#include <string>

#include "app/alerts.h"
#include "app/damage_note.h"
#include "config/settings.h"
#include "event/timer.h"
#include "heal/boot_evidence.h"
#include "heal/helper.h"
#include "os/clock.h"
#include "rules/boot_reason.h"
#include "store/kept_value.h"
#include "store/turn_commit.h"

namespace app {

class BootReport {
 public:
  BootReport(const os::Clock& clock, const config::Settings& settings, const std::string& host_name,
             heal::Helper& helper, Alerts& alerts, store::TurnCommit& turn_commit);

  /// Before the first cycle, and after the watchdog was asked for: it can be asked about the last reset when it is
  /// open. `last_seen` is of the newest sample of the last run.
  void begin(std::optional<base::WallTime> last_seen);
  /// Tells, as soon as the database could be opened and the helper has answered.
  void on_cycle();
  /// Limpet is about to have the box rebooted; or that could not be. On the disk with the end of this turn.
  void on_reboot(bool begins);
  /// The daemon ends in order.
  void stop();

 private:
  void on_reply(heal::HelperReply& reply);
  void tell(rules::BootReason reason);

  const os::Clock& clock_;
  const config::Settings& settings_;
  const std::string& host_name_;
  Alerts& alerts_;
  heal::HelperCall call_;
  DamageNote damage_;
  store::KeptValue boot_{"boot"};  // os/boot_id.h
  store::KeptValue ended_in_{"ended_in_boot"};
  store::KeptValue healed_in_{"healed_in_boot"};
  store::KeptValue crash_{"crash_record"};  // when the newest was made that is known
  std::optional<std::int64_t> this_boot_;
  heal::BootEvidence evidence_;
  std::optional<base::WallTime> last_seen_;
  bool told_ = false;
};

}  // namespace app

// SPDX-License-Identifier: MIT
// The engine that repairs: one rules::HealMachine for each target that is ill or was a while ago, whatever it is, and
// the budget of the whole box. What the monitors tell of a target goes in; what has to be done goes to HealActions, one
// at a time, after it was committed that an attempt is made; what came of it goes to the recovery log and the alerts,
// in the same transaction as the change. A person who asks for a restart goes the same way.
//
// Nothing is done to what the settings do not allow by its very name, and nothing at all in a dry run.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "app/alerts.h"
#include "app/heal_actions.h"
#include "app/heal_log.h"
#include "app/reboot_count.h"
#include "event/timer.h"
#include "heal/process_stop.h"
#include "net/http_server.h"
#include "rules/heal_machine.h"
#include "rules/network_ladder.h"
#include "rules/network_watch.h"
#include "rules/process_choice.h"
#include "store/heal_table.h"
#include "store/turn_commit.h"
#include "web/metrics_writer.h"
#include "web/restart_route.h"

namespace app {

class Healing final : public web::RestartDesk, private store::TurnWriter {
 public:
  static constexpr std::size_t kMostPerHour = 60;
  static constexpr std::chrono::hours kHour{1};
  /// The one target of the kind kNetwork.
  static constexpr std::string_view kNetwork = "network";

  /// All are borrowed and outlive this; what is kept is added to `turn_commit`.
  struct Parts {
    event::Loop& loop;
    const config::Settings& settings;
    const std::string& host_name;
    heal::Helper& helper;
    bool by_helper;
    Alerts& alerts;
    const store::SharedDatabase& database;
    store::TurnCommit& turn_commit;
    net::HttpServer& server;
  };
  explicit Healing(const Parts& parts);
  Healing(const Healing&) = delete;
  Healing& operator=(const Healing&) = delete;

  /// Before the database is opened.
  void begin();
  /// The settings changed.
  void reconfigure() { work(); }
  /// Now and then, for what could not be raised or stored before.
  void on_cycle();
  /// Called when a process was restarted: whether it is there is to be looked at.
  void set_on_process_restart(base::Callback<> on_process_restart) { on_process_restart_ = on_process_restart; }

  /// Called when the box is about to be rebooted, with true; and with false when it could not be.
  void set_on_reboot(base::Callback<bool> on_reboot) { on_reboot_ = on_reboot; }

  /// A monitor heard of it, or looked again. Not allowed to be restarted: nothing comes of it.
  void on_health(rules::TargetKind kind, std::string_view name, rules::TargetHealth health);

  /// Memory or processors were looked at. `worst`: what may be stopped for their sake; nothing: there is none.
  void on_pressure(rules::TargetKind kind, rules::TargetHealth health, const rules::ProcessFacts* worst);

  /// The box's disk was looked at. `history`: Limpet's own takes room on it that it can give back.
  void on_disk(rules::TargetHealth health, bool history);
  /// Called when the history is to give it back.
  void set_on_drop_history(base::Callback<> on_drop_history) { on_drop_history_ = on_drop_history; }

  /// The network was looked at: this is the way it goes, or went.
  void on_network(rules::TargetHealth health, const rules::NetworkPath& path);

  /// Whether it may be restarted, by its name.
  web::MayRestart may_restart(rules::TargetKind kind, std::string_view name) const;
  /// What is done about it now, for its row; empty: nothing.
  base::FixedString<119> words(rules::TargetKind kind, std::string_view name) const;
  /// An attempt is on its way, or being verified.
  bool is_busy_with(rules::TargetKind kind, std::string_view name) const;

  const web::RowSource<web::HealingRow>& log() const { return log_; }
  unsigned used() const;
  /// Why nothing is repaired any more, for a person; empty: that is not so.
  base::FixedString<191> safe_mode_words() const;
  void write_metrics(web::MetricsWriter& out) const;

  Answer restart(rules::TargetKind kind, std::string_view name, net::HttpTicket ticket) override;

 private:
  static constexpr std::string_view kNotWell = "it was not well afterwards";

  struct Target {
    rules::TargetKind kind{};
    rules::TargetName name;  // empty: no target
    rules::HealMachine machine;
    std::uint64_t entry = UINT64_MAX;  // of the log: the attempt that was made last
    bool asked = false;                // while acting: it was given to the actions
    bool by_hand = false;
    bool dirty = false;
    bool kept = false;  // the database has it
    std::optional<net::HttpTicket> ticket;
  };
  static_assert(sizeof(Target) <= base::limits::kHealTargetBytes);
  struct StopChoice {
    heal::ProcessId process;
    base::FixedString<79> words;  // for a person
  };

  bool pending() const override { return dirty_ || log_.pending(); }
  lib::SqliteResult<void> write(lib::SqliteDatabase& database) override;
  void on_committed() override;
  lib::SqliteResult<void> on_opened(lib::SqliteDatabase& database) override;
  void take_row(const store::HealTargetRow& row);
  void take_attempt(const store::HealAttempt& attempt);

  rules::HealPolicy policy() const;
  rules::HealPolicy policy(const Target& target) const;
  rules::NetworkRungs allowed_rungs() const;
  rules::NetworkRungs rungs() const;
  std::array<rules::Rung, 2> disk_rungs() const;
  bool safe_mode() const;
  void tell_dry(const Target& target, bool by_hand);
  base::SteadyTime box_at(base::SteadyTime now) const;
  Target* find(rules::TargetKind kind, std::string_view name);
  const Target* find(rules::TargetKind kind, std::string_view name) const;
  Target* find_or_add(rules::TargetKind kind, std::string_view name);
  void forget_idle();
  void work();
  bool has_room() const;
  void arm();
  void take(Target& target, const rules::HealMemory& before, rules::HealNews news, std::string_view reason = kNotWell);
  void begin_attempt(Target& target, bool by_hand);
  void end_attempt(Target& target, rules::HealAction action, rules::HealResult result, std::string_view reason);
  void tell(rules::EventKind kind, const rules::HealEntry& entry);
  rules::HealEntry make_entry(const Target& target, rules::HealResult result) const;
  rules::TargetName what_for(const Target& target) const;
  void start_next();
  void on_done(const heal::Outcome& outcome);
  void end_reboot(int error);
  void answer(Target& target, const heal::Outcome& outcome);

  Parts parts_;
  const os::Clock& clock_;
  store::Era era_;
  HealActions actions_;
  event::Timer timer_;
  base::Callback<> on_process_restart_;
  base::Callback<bool> on_reboot_;
  base::Callback<> on_drop_history_;
  HealLog log_;
  std::array<Target, base::limits::kHealTargets> targets_;
  rules::ActionTimes<kMostPerHour> box_;  // all actions
  RebootCount reboots_;
  rules::InterfaceName interface_;  // of the default route, now or while there was one
  bool has_default_route_ = false;
  bool history_on_disk_ = false;
  std::array<StopChoice, std::size(rules::kTargetKindNames)> stops_;  // what would be stopped now, for its sake
  Target* acting_ = nullptr;                                          // whose attempt is with the actions
  std::uint64_t attempts_ = 0;
  std::uint64_t given_up_ = 0;
  std::uint64_t no_room_ = 0;
  bool known_ = false;  // the earlier runs' attempts
  bool dirty_ = false;
  bool rewrite_ = false;  // the table as a whole
};

}  // namespace app

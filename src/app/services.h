// SPDX-License-Identifier: MIT
// The services of this box, systemd's and the processes that [process NAME] names: gives what is known of each to
// rules::UnitWatch, and what that finds worth telling to the alerts, committed in one transaction with the rows of
// service_status and process_status and the memory of what was told. Owns all that is about systemd and processes.
#pragma once

#include <optional>
#include <string>

#include "app/alerts.h"
#include "app/healing.h"
#include "collect/processes.h"
#include "collect/systemd.h"
#include "config/settings.h"
#include "event/timer.h"
#include "store/turn_commit.h"
#include "web/metrics_writer.h"
#include "web/rows.h"

namespace app {

class Services final : private store::TurnWriter,
                       private collect::SystemdHandler,
                       private collect::ProcessHandler,
                       public web::RowSource<web::ServiceRow> {
 public:
  /// How often each service gets a row that says the same as the last.
  static constexpr std::chrono::hours kEachHour{1};

  /// How many of the watched services are in which state.
  struct Counts {
    std::uint32_t running = 0;
    std::uint32_t stopped = 0;
    std::uint32_t failed = 0;
    std::uint32_t unknown = 0;
    std::uint32_t all() const { return running + stopped + failed + unknown; }
  };

  /// All are borrowed and outlive this; what is kept is added to `turn_commit`. `host_name` is for the rows.
  Services(event::Loop& loop, const config::Settings& settings, const std::string& host_name, Alerts& alerts,
           store::TurnCommit& turn_commit, Healing& healing);
  Services(const Services&) = delete;
  Services& operator=(const Services&) = delete;

  void begin();
  /// The settings changed, from `before`.
  void reconfigure(const config::Settings& before);
  /// Now and then, for the rows, and for what could not be raised or stored before.
  void on_cycle();

  /// One was restarted: whether it is there now is looked at, and a moment later again.
  void look_at_processes();

  const collect::SystemdStatus& systemd() const { return systemd_.status(); }
  std::size_t used_bytes() const { return systemd_.units().size() * base::limits::kUnitBytes; }
  Counts counts() const;
  void write_metrics(web::MetricsWriter& out) const;

  web::ListStatus status() const override;
  std::optional<web::ServiceRow> row(std::size_t index) const override;

 private:
  void on_unit(rules::Unit& unit) override;
  void on_unit_gone(const rules::Unit& unit) override;
  void on_systemd_heard() override;
  void on_process(collect::Process& process) override;

  bool pending() const override { return dirty_; }
  bool urgent() const override { return urgent_; }
  lib::SqliteResult<void> write(lib::SqliteDatabase& database) override;
  lib::SqliteResult<void> write_failing(lib::SqliteDatabase& database, const rules::Unit& unit) const;
  lib::SqliteResult<void> write_process(lib::SqliteDatabase& database, const collect::Process& process) const;
  base::WallTime row_time(const rules::Unit& unit) const;
  void on_committed() override;
  lib::SqliteResult<void> on_opened(lib::SqliteDatabase& database) override;
  void remember(std::string_view name);

  void on_time();
  void take_news(rules::Unit& unit, rules::UnitWatch::News news);
  void raise_news(rules::Unit& unit);
  void raise(const rules::Unit& unit, rules::UnitWatch::News news);
  void work();
  template <class Do>
  void each(Do action);
  template <class Do>
  void each(Do action) const;
  void fill(const rules::Unit& unit, web::ServiceRow& row) const;
  void tell_systemd() const;
  void tell_health(const rules::Unit& unit);
  web::MayRestart may_restart(const rules::Unit& unit) const;

  event::Loop& loop_;
  const config::Settings& settings_;
  const std::string& host_name_;
  Alerts& alerts_;
  Healing& healing_;
  collect::Systemd systemd_;
  collect::Processes processes_;
  event::Timer timer_;  // for what settles
  base::SteadyTime each_at_;
  std::uint64_t failures_ = 0;  // that were told, since the start
  std::uint64_t revision_ = 0;
  bool known_ = false;  // what is there was told in the log once
  bool answered_ = false;
  bool left_out_told_ = false;
  bool dirty_ = false;                     // something has to be written at the end of this turn
  bool urgent_ = false;                    // with an alert
  bool forget_ = false;                    // what the database has as failing is not what the table of services has
  mutable base::FixedString<191> reason_;  // of the row that was given last
};

}  // namespace app

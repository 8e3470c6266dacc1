// SPDX-License-Identifier: MIT
// The box itself: gives each cycle's readings to rules::HostWatch, and what that finds worth telling to the alerts;
// keeps a row of them a minute. Decides nothing.
#pragma once

#include <optional>

#include "app/alerts.h"
#include "app/healing.h"
#include "collect/slow_reading.h"
#include "config/settings.h"
#include "os/clock.h"
#include "rules/host_watch.h"
#include "store/minute_log.h"
#include "store/outbox_table.h"
#include "store/turn_commit.h"
#include "web/metrics_writer.h"
#include "web/rows.h"

namespace app {

class HostMonitor final : private store::OpenListener, public web::RowSource<web::ProblemRow> {
 public:
  struct Parts {
    const os::Clock& clock;
    const config::Settings& settings;
    Alerts& alerts;
    store::TurnCommit& turn_commit;
    store::MinuteLog& log;
    const Healing& healing;
  };
  /// All are borrowed and outlive this.
  explicit HostMonitor(const Parts& parts);
  HostMonitor(const HostMonitor&) = delete;
  HostMonitor& operator=(const HostMonitor&) = delete;

  /// At the start, and when the settings changed.
  void reconfigure(std::string_view host_name);

  /// What on_cycle() has of disks and sensors.
  void on_slow_host(const collect::SlowReading& reading) { slow_ = reading; }
  /// `memory_pressure`: see rules::HostReading.
  void on_cycle(const rules::Sample& sample, std::optional<float> memory_pressure);
  void on_minute(const rules::Sample& sample);

  const rules::HostWatch& watch() const { return watch_; }
  /// Limpet's data is on the heartbeat's disk.
  bool data_on_disk() const { return slow_.data_on_disk; }
  /// "11 GiB of 28 GiB": the heartbeat's disk; empty when that is not known.
  base::FixedString<63> disk_text() const;

  void write_metrics(web::MetricsWriter& out) const;
  web::ListStatus status() const override;
  std::optional<web::ProblemRow> row(std::size_t index) const override;

 private:
  lib::SqliteResult<void> on_opened(lib::SqliteDatabase& database) override;
  void remember(const store::OpenAlert& alert) { watch_.remember(alert.key, alert.kind); }

  base::FixedString<119> healing_words(const rules::HostWatch::Problem& problem) const;
  void tell();
  void raise(const rules::HostWatch::News& news);

  Parts parts_;
  rules::HostWatch watch_;
  collect::SlowReading slow_;
  base::FixedString<64> host_name_;
  unsigned cores_ = 1;
  std::optional<float> memory_pressure_;
  bool left_out_told_ = false;
  // What row() refers to.
  mutable base::FixedString<120> what_;
  mutable base::FixedString<200> done_;
};

}  // namespace app

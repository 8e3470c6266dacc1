// SPDX-License-Identifier: MIT
// The daemon: owns every part, wires them to one another, and decides nothing itself. The tick starts a cycle, the
// cycle's sample goes into the ring, the store writes what waits there, the server shows it; what is worth telling goes
// into the outbox, the dispatcher sends what waits there.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "app/alerts.h"
#include "app/boot_report.h"
#include "app/conch.h"
#include "app/containers.h"
#include "app/cycle.h"
#include "app/findings.h"
#include "app/full_disk.h"
#include "app/healing.h"
#include "app/host_monitor.h"
#include "app/http_door.h"
#include "app/instances.h"
#include "app/mqtt_link.h"
#include "app/network_monitor.h"
#include "app/overview.h"
#include "app/own_alerts.h"
#include "app/privilege_split.h"
#include "app/process_log.h"
#include "app/runaways.h"
#include "app/services.h"
#include "app/settings_reload.h"
#include "app/smart_monitor.h"
#include "app/watchdog_proof.h"
#include "app/worker_alerts.h"
#include "base/duration_histogram.h"
#include "base/limits.h"
#include "base/ring_buffer.h"
#include "collect/heartbeat_worker.h"
#include "collect/host.h"
#include "collect/internet_probe.h"
#include "collect/slow_host.h"
#include "config/settings.h"
#include "event/loop.h"
#include "event/signals.h"
#include "event/tick.h"
#include "event/timer.h"
#include "event/wall_timer.h"
#include "heal/helper.h"
#include "heal/helper_connector.h"
#include "net/resolver.h"
#include "net/tls_service.h"
#include "notify/dispatcher.h"
#include "os/clock.h"
#include "os/timezone.h"
#include "rules/clock_sense.h"
#include "store/history.h"
#include "store/outbox.h"
#include "store/past.h"
#include "store/shared_database.h"
#include "store/turn_commit.h"
#include "web/view.h"
#include "web/vitals.h"

namespace app {

class Daemon final : private web::View, private web::Vitals {
 public:
  /// `settings` are those that `inputs` gave; `inputs` are read again at SIGHUP. `split` is what this process came out
  /// of.
  Daemon(SettingsInputs inputs, config::Settings settings, PrivilegeSplit split);
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  /// Watches until SIGTERM or SIGINT, then stores what waits. An error when it could not begin at all.
  base::Result<void> run();

 private:
  base::Result<void> begin();
  base::Result<void> apply();
  void take_over(config::Settings& settings);

  void on_signal(const event::Signal& signal);
  void on_tick(event::TickEvent event);
  void on_slow_host(const collect::SlowReading& reading);
  void on_probe(const collect::ProbeResult& result);
  void on_containers();
  void on_worker(const collect::WorkerResult& result);
  void on_cycle_done(const rules::Sample& sample);
  void on_minute();
  void on_turn_end();

  base::Result<void> start_ticking();
  void tell_next_tick();
  void notice_clock();
  void tell_first_look();
  void work_on_store();
  void work_on_alerts();
  void finish_sending();

  web::StatusInput status() const override;
  web::MemoryInput memory() const override;

  web::HealthInput health() const override;
  bool write_metrics(std::size_t part, web::MetricsWriter& out) const override;
  void write_around(web::MetricsWriter& out) const;
  void write_loop(web::MetricsWriter& out) const;
  void write_store(web::MetricsWriter& out) const;
  void write_alerts(web::MetricsWriter& out) const;
  void write_network(web::MetricsWriter& out) const;
  void write_memory(web::MetricsWriter& out) const;
  web::Lists lists() const override;
  web::Facts facts() const override;
  base::WallTime wall_now() const override { return clock_.wall_now(); }
  store::Past& past() const override { return past_; }
  store::AlertLog alert_log() const override { return store::AlertLog(database_); }
  store::ServiceLog service_log() const override { return store::ServiceLog(database_); }

  SettingsInputs inputs_;
  config::Settings settings_;
  std::string host_name_;
  std::string database_path_;
  os::Timezone timezone_;
  os::SystemClock clock_;
  event::Loop loop_;
  event::Signals signals_;
  event::TimerfdWallTimer wall_timer_;
  event::Tick tick_;
  event::Timer store_timer_;
  event::Timer minute_timer_;
  rules::ClockSense clock_sense_;
  std::optional<collect::Host> host_;
  net::Resolver resolver_;
  net::TlsService tls_;
  PrivilegeSplit split_;
  heal::Helper helper_;
  SettingsReload settings_reload_;
  heal::HelperConnector raw_icmp_;
  heal::HelperConnector raw_icmp6_;
  collect::SlowHost slow_host_;
  collect::InternetProbe probe_;
  collect::HeartbeatWorker worker_;
  Cycle cycle_;
  base::RingBuffer<rules::KeptSample, base::limits::kSamples> samples_;
  mutable store::SharedDatabase database_;
  store::History history_;
  store::TurnCommit turn_commit_;
  store::Outbox outbox_;
  store::MinuteLog minute_log_;
  notify::Dispatcher dispatcher_;
  mutable store::Past past_;
  SmartMonitor smart_monitor_;
  mutable Overview overview_;
  Alerts alerts_;
  OwnAlerts own_alerts_;
  WatchdogProof watchdog_proof_;
  BootReport boot_report_;
  WorkerAlerts worker_alerts_;
  HostMonitor host_monitor_;
  NetworkMonitor network_monitor_;
  Conch conch_;
  MqttLink mqtt_;
  Containers containers_;
  Services services_;
  ProcessLog process_log_;
  HttpDoor http_;
  Instances instances_;
  Healing healing_;
  Runaways runaways_;
  FullDisk full_disk_;

  Findings findings_;
  bool looked_ = false;  // at the box for the first time
  bool first_look_told_ = false;
  rules::Sample newest_;
  base::SteadyTime started_at_;
  base::SteadyTime last_tick_;
  // Of the last good answer, or write; the epoch: there was none.
  base::SteadyTime internet_answered_at_{};
  base::SteadyTime stored_at_{};
  base::DurationHistogram lateness_;
  base::Duration last_lateness_{};
  // What status(), memory(), health() and facts() refer to.
  mutable std::array<web::HealthCheck, 6> health_checks_;
  mutable std::string store_problem_;
  mutable std::string alerts_problem_;
  mutable base::FixedString<191> safe_mode_;
  mutable std::array<web::MemoryUse, std::size(base::limits::kBudget)> memory_used_;
};

}  // namespace app

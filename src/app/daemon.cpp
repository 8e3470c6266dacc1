// SPDX-License-Identifier: MIT
#include "app/daemon.h"

#include <signal.h>

#include "app/confinement.h"
#include "app/first_look.h"
#include "base/human.h"
#include "base/log.h"
#include "base/version.h"
#include "lib/sqlite.h"
#include "os/host_name.h"
#include "store/metrics_table.h"

namespace app {
namespace {

constexpr char kGroup[] = "limpet";
// At the start: one that has not listed its services by then is told as one that has not answered yet.
constexpr std::chrono::seconds kLongestWaitForSystemd{5};
// At the end of the daemon, for an answer that is on its way.
constexpr std::chrono::seconds kLongestFarewell{3};

store::HistoryOptions history_options(const config::Settings& settings) {
  return {.directory = settings.data_dir,
          .group = store::read_group_id(kGroup),
          .flush_interval = settings.flush_interval,
          .keep_raw = settings.keep_raw,
          .keep_minutes = settings.keep_minutes,
          .max_size_bytes = settings.max_size_bytes};
}

std::optional<base::WallTime> newest_stored(store::SharedDatabase& database) {
  return database.is_open() ? store::read_newest_stamp(database.sqlite()) : std::nullopt;
}

// What the daemon has in itself is what limits.h says; the rest of the budget is allocated by libraries.
static_assert(sizeof(Daemon) <= base::limits::budget_bytes() - base::limits::kSqliteHeap);

}  // namespace

Daemon::Daemon(SettingsInputs inputs, config::Settings settings, PrivilegeSplit split)
    : inputs_(std::move(inputs)),
      settings_(std::move(settings)),
      loop_(clock_),
      signals_(loop_, base::Callback<const event::Signal&>::to<&Daemon::on_signal>(*this)),
      wall_timer_(loop_),
      tick_(clock_, wall_timer_, base::Callback<event::TickEvent>::to<&Daemon::on_tick>(*this)),
      store_timer_(loop_, "storing samples", base::Callback<>::to<&Daemon::work_on_store>(*this)),
      minute_timer_(loop_, "the minute's upkeep", base::Callback<>::to<&Daemon::on_minute>(*this)),
      clock_sense_(clock_.wall_now(), clock_.steady_now()),
      resolver_(loop_),
      tls_(clock_),
      split_(std::move(split)),
      helper_(loop_),
      settings_reload_(inputs_, settings_, helper_, SettingsReload::OnRead::to<&Daemon::take_over>(*this)),
      raw_icmp_(loop_, helper_, heal::Operation::kIcmpSocket),
      raw_icmp6_(loop_, helper_, heal::Operation::kIcmp6Socket),
      slow_host_(loop_, collect::SlowHost::OnDone::to<&Daemon::on_slow_host>(*this)),
      probe_(loop_, resolver_, tls_, split_.helper ? net::RawIcmpSource{&raw_icmp_, &raw_icmp6_} : net::RawIcmpSource{},
             base::Callback<const collect::ProbeResult&>::to<&Daemon::on_probe>(*this)),
      worker_(loop_, resolver_, tls_, base::Callback<const collect::WorkerResult&>::to<&Daemon::on_worker>(*this)),
      cycle_(clock_, slow_host_, probe_, worker_, Cycle::OnDone::to<&Daemon::on_cycle_done>(*this)),
      database_(clock_),
      history_(clock_, samples_, database_),
      turn_commit_(clock_, database_),
      outbox_(database_),
      dispatcher_(loop_, resolver_, tls_, outbox_, settings_,
                  base::Callback<const notify::Undelivered&>::to<&Alerts::on_undelivered>(alerts_)),
      past_(database_, samples_),
      smart_monitor_({loop_, settings_, host_name_, helper_, static_cast<bool>(split_.helper), alerts_, turn_commit_}),
      overview_({clock_, settings_, outbox_, dispatcher_, database_, host_monitor_, network_monitor_,
                 smart_monitor_.problems()}),
      alerts_(settings_, outbox_),
      own_alerts_(clock_, settings_, host_name_, helper_, alerts_, outbox_, database_, turn_commit_),
      watchdog_proof_(loop_, settings_, helper_),
      boot_report_(clock_, settings_, host_name_, helper_, alerts_, turn_commit_),
      worker_alerts_(alerts_, turn_commit_),
      host_monitor_({clock_, settings_, alerts_, turn_commit_, minute_log_, healing_}),
      network_monitor_({loop_, settings_, resolver_, tls_, helper_, static_cast<bool>(split_.helper), alerts_,
                        turn_commit_, minute_log_, healing_}),
      conch_(loop_, settings_, alerts_, turn_commit_),
      mqtt_(loop_, resolver_, turn_commit_, MqttLink::OnMessage::to<&Conch::on_message>(conch_)),
      containers_(loop_, settings_, helper_, static_cast<bool>(split_.helper), alerts_, turn_commit_, healing_,
                  base::Callback<>::to<&Daemon::on_containers>(*this)),
      services_(loop_, settings_, host_name_, alerts_, turn_commit_, healing_),
      process_log_(loop_, settings_, host_name_, turn_commit_),
      http_(loop_, *this, database_, {.instances = &instances_, .restarts = &healing_, .vitals = this}),
      instances_({loop_, settings_, alerts_, turn_commit_, http_.server()}),
      healing_({loop_, settings_, host_name_, helper_, static_cast<bool>(split_.helper), alerts_, database_,
                turn_commit_, http_.server()}),
      runaways_(clock_, settings_, split_.helper_process, healing_),
      full_disk_(settings_, host_monitor_, history_, healing_),
      started_at_(clock_.steady_now()),
      last_tick_(started_at_) {
  turn_commit_.add(outbox_);
  turn_commit_.add(minute_log_);
  outbox_.set_on_change(base::Callback<>::to<&notify::Dispatcher::wake>(dispatcher_));
  healing_.set_on_reboot(base::Callback<bool>::to<&BootReport::on_reboot>(boot_report_));
  healing_.set_on_process_restart(base::Callback<>::to<&Services::look_at_processes>(services_));
  loop_.set_on_turn_end(base::Callback<>::to<&Daemon::on_turn_end>(*this));
}

base::Result<void> Daemon::run() {
  if (auto begun = begin(); !begun) return begun;
  loop_.run();
  finish_sending();
  instances_.finish();
  minute_log_.flush();
  boot_report_.stop();
  turn_commit_.retry();
  mqtt_.stop();
  history_.close();
  http_.close();
  watchdog_proof_.stop();
  base::log::flush_repeats();
  return {};
}

base::Result<void> Daemon::begin() {
  if (auto opened = signals_.open(); !opened) return opened;
  if (split_.helper) {
    if (auto opened = helper_.open(std::move(split_.helper), split_.helper_process); !opened) return opened;
  }
  if (auto ready = lib::initialize_sqlite(base::limits::kSqliteHeap); !ready) return ready;
  if (auto applied = apply(); !applied) return applied;
  database_path_ = settings_.data_dir + "/metrics.db";
  conch_.begin();
  healing_.begin();
  if (auto opened = history_.open(history_options(settings_)); !opened) return opened;
  const auto newest = newest_stored(database_);
  if (newest) tls_.set_not_before(*newest);
  own_alerts_.begin();
  watchdog_proof_.reconfigure();
  boot_report_.begin(newest);
  http_.configure(settings_, host_name_);
  minute_timer_.arm_after(std::chrono::minutes(1));
  cycle_.start(*host_, clock_.wall_now(), Cycle::Kind::kLook, -1);
  containers_.begin();
  services_.begin();
  process_log_.begin();
  smart_monitor_.begin();
  dispatcher_.reconfigure(host_name_);
  return start_ticking();
}

base::Result<void> Daemon::start_ticking() {
  auto started = tick_.start(settings_.heartbeat_interval);
  tell_next_tick();
  return started;
}

// To those whose work can wait until after it.
void Daemon::tell_next_tick() {
  tls_.set_next_tick(tick_.next());
  turn_commit_.set_next_tick(tick_.next());
  http_.server().set_next_tick(tick_.next());
}

// Everything of the settings that can change while the daemon runs, but for the store, the socket and the tick.
base::Result<void> Daemon::apply() {
  base::log::configure(settings_.log_level, settings_.log_target);
  if (auto set = timezone_.set(settings_.timezone); !set) return set;
  tls_.configure(settings_.ca_file);
  tls_.set_not_before(base::kBuiltAfter);
  if (auto configured = probe_.configure(settings_.probe, settings_.probe_timeout); !configured) return configured;
  if (auto configured = worker_.configure(settings_); !configured) return configured;
  host_name_ = settings_.host_name.empty() ? os::host_name() : settings_.host_name;
  host_.emplace(settings_.procfs_root);
  host_->prime(clock_.steady_now());
  slow_host_.configure(
      {settings_.procfs_root, settings_.sysfs_root, settings_.disk, settings_.data_dir, settings_.disk_mounts});
  host_monitor_.reconfigure(host_name_);
  network_monitor_.reconfigure(host_name_);
  minute_log_.set_host_name(host_name_);
  conch_.reconfigure();
  mqtt_.configure(settings_, host_name_);
  findings_.forget();
  overview_.read_machine(settings_.sysfs_root);
  return {};
}

void Daemon::on_signal(const event::Signal& signal) {
  if (signal.number == SIGHUP) return settings_reload_.begin();
  base::log::info("Limpet ends: %s; what is not stored yet is stored now",
                  signal.number == SIGINT ? "it was interrupted" : "it was asked to");
  loop_.stop();
}

void Daemon::take_over(config::Settings& settings) {
  const config::Settings before = std::exchange(settings_, std::move(settings));
  auto done = apply();
  history_.reconfigure(history_options(settings_));
  dispatcher_.reconfigure(host_name_);
  containers_.reconfigure(before);
  services_.reconfigure(before);
  smart_monitor_.reconfigure(before);
  healing_.reconfigure();
  instances_.reconfigure();
  watchdog_proof_.reconfigure();
  http_.configure(settings_, host_name_);
  if (done && settings_.heartbeat_interval != before.heartbeat_interval) done = start_ticking();
  tell_shut_out(before, settings_);
  if (!done) base::log::error("The new configuration is not wholly in force: %s", done.error().c_str());
  base::log::info("The configuration was read again and is in force; nothing that was seen is lost");
  work_on_store();
}

void Daemon::on_tick(event::TickEvent event) {
  last_tick_ = clock_.steady_now();
  lateness_.add(event.lateness);
  last_lateness_ = event.lateness;
  if (event.missed > 0) {
    base::log::warn("%u cycle%s missed: the box was too busy, or asleep", event.missed,
                    event.missed == 1 ? " was" : "s were");
  }
  tell_next_tick();
  notice_clock();
  cycle_.start(*host_, event.nominal, Cycle::Kind::kHeartbeat, containers_.running());
}

void Daemon::on_slow_host(const collect::SlowReading& reading) {
  host_monitor_.on_slow_host(reading);
  cycle_.on_slow_host(reading);
}

void Daemon::on_probe(const collect::ProbeResult& result) {
  if (result.ok) internet_answered_at_ = clock_.steady_now();
  findings_.on_probe(result, clock_.steady_now());
  cycle_.on_probe(result);
}

// The first of it is part of what is told of the first look, if it comes in time for that.
void Daemon::on_containers() {
  if (looked_) return containers_.tell_engine();
  cycle_.on_containers(containers_.running());
}

void Daemon::on_worker(const collect::WorkerResult& result) {
  findings_.on_worker(result);
  cycle_.on_worker(result);
}

// The first cycle of a run is not on the clock: it shows what there is, and is not stored.
void Daemon::on_cycle_done(const rules::Sample& sample) {
  newest_ = sample;
  http_.tell_sample();
  boot_report_.on_cycle();
  if (!looked_) {
    looked_ = true;
    return;
  }
  samples_.push(sample);
  if (cycle_.complete() && worker_.configured()) worker_alerts_.on_cycle(sample, clock_.steady_now(), settings_);
  notice_clock();
  host_monitor_.on_cycle(sample, host_->read_memory_pressure());
  runaways_.on_cycle(host_monitor_.watch());
  full_disk_.on_cycle();
  network_monitor_.on_cycle(sample);
  containers_.on_cycle();
  services_.on_cycle();
  smart_monitor_.on_cycle();
  healing_.on_cycle();
  work_on_store();
  work_on_alerts();
  instances_.on_cycle();
  // After the store: it makes the data folder anew when somebody removed it.
  http_.on_cycle();
  watchdog_proof_.on_cycle();
}

void Daemon::notice_clock() {
  const base::Duration step = clock_sense_.on_reading(clock_.wall_now(), clock_.steady_now());
  if (step == base::Duration::zero()) return;
  instances_.on_clock_step(step);
  outbox_.on_clock_step(clock_.wall_now(), clock_.steady_now(), step);
  const std::uint64_t first = std::max(samples_.begin_number(), history_.saved_up_to());
  for (std::uint64_t number = first; number < samples_.end_number(); ++number) {
    base::WallTime& stamp = samples_.at(number).stamp;
    stamp = rules::corrected_stamp(stamp, step, settings_.heartbeat_interval);
  }
  base::log::info("The clock was set %s by %s; samples that are not stored yet get the right times",
                  step > base::Duration::zero() ? "forward" : "back",
                  base::format_duration(std::chrono::abs(step)).c_str());
}

void Daemon::on_turn_end() {
  turn_commit_.run();
  http_.tell_changes();
  if (looked_) tell_first_look();
}

void Daemon::work_on_store() {
  const std::uint64_t before = history_.status().rows_written;
  const auto again = history_.poll(tick_.next());
  if (history_.status().rows_written > before) stored_at_ = clock_.steady_now();
  if (!again) return store_timer_.cancel();
  store_timer_.arm_after(*again);
}

void Daemon::work_on_alerts() {
  own_alerts_.on_cycle();
  turn_commit_.retry();
  dispatcher_.wake();
}

// An alert that is on its way is waited for: it would be sent once more by the next run.
void Daemon::finish_sending() {
  dispatcher_.stop();
  const base::SteadyTime end = clock_.steady_now() + kLongestFarewell;
  while (dispatcher_.sending() && clock_.steady_now() < end) loop_.run_once(end - clock_.steady_now());
}

void Daemon::on_minute() {
  base::log::flush_repeats();
  if (looked_) {
    host_monitor_.on_minute(newest_);
    network_monitor_.on_minute(newest_);
  }
  minute_log_.poll(clock_.steady_now(), settings_.flush_interval);
  minute_timer_.arm_after(std::chrono::minutes(1));
}

// Once. systemd lists its services a moment later than the rest is known.
void Daemon::tell_first_look() {
  const bool late = clock_.steady_now() - started_at_ >= kLongestWaitForSystemd;
  if (first_look_told_ || !(late || settings_.systemd_bus.empty() || services_.systemd().known)) return;
  first_look_told_ = true;
  std::string status_command = std::string(program_invocation_name) + " status";
  if (inputs_.config_file_given) status_command += " -c " + inputs_.config_file;
  tell(FirstLook{.host_name = host_name_,
                 .interval = settings_.heartbeat_interval,
                 .docker_socket = settings_.docker_socket,
                 .containers = containers_.running(),
                 .docker_problem = containers_.docker().reason,
                 .systemd_bus = settings_.systemd_bus,
                 .systemd_known = services_.systemd().known,
                 .systemd_answers = services_.systemd().answers,
                 .services = services_.counts().all(),
                 .systemd_problem = services_.systemd().reason,
                 .probe = settings_.probe,
                 .internet = findings_.internet(),
                 .database_path = database_path_,
                 .store_problem = history_.status().reason,
                 .flush_interval = settings_.flush_interval,
                 .status_command = status_command});
}

}  // namespace app

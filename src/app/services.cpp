// SPDX-License-Identifier: MIT
#include "app/services.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "os/local_time.h"
#include "rules/target_health.h"
#include "rules/unit_event.h"
#include "store/service_table.h"

namespace app {
namespace {

using rules::ServiceState;
using rules::Unit;
using rules::UnitWatch;
using News = UnitWatch::News;

web::Condition condition_of(const Unit& unit) {
  if (unit.is_job() && unit.active() == rules::UnitActive::kFailed) return web::Condition::kWarning;
  const bool failing = unit.watch.failing() && !unit.is_job();
  switch (unit.state()) {
    case ServiceState::kRunning:
      return failing ? web::Condition::kBusy : web::Condition::kWell;
    case ServiceState::kStopped:
      return failing ? web::Condition::kCritical : web::Condition::kEnded;
    case ServiceState::kFailed:
      return web::Condition::kCritical;
    case ServiceState::kUnknown:
      break;
  }
  return web::Condition::kUnknown;
}

rules::TargetKind kind_of(const Unit& unit) {
  return unit.process ? rules::TargetKind::kProcess : rules::TargetKind::kUnit;
}

}  // namespace

Services::Services(event::Loop& loop, const config::Settings& settings, const std::string& host_name, Alerts& alerts,
                   store::TurnCommit& turn_commit, Healing& healing)
    : loop_(loop),
      settings_(settings),
      host_name_(host_name),
      alerts_(alerts),
      healing_(healing),
      systemd_(loop, *this),
      processes_(loop, *this),
      timer_(loop, "services that settle", base::Callback<>::to<&Services::on_time>(*this)) {
  turn_commit.add(*this);
}

// Systemd's services, and the processes behind them.
template <class Do>
void Services::each(Do action) {
  for (Unit& unit : systemd_.units()) action(unit);
  for (const auto& process : processes_.all()) action(process->unit);
}
template <class Do>
void Services::each(Do action) const {
  for (const Unit& unit : systemd_.units()) action(unit);
  for (const auto& process : processes_.all()) action(std::as_const(process->unit));
}

void Services::begin() {
  processes_.start(settings_.procfs_root, settings_.processes);
  systemd_.start(settings_.systemd_bus, settings_.systemd_watch);
  each_at_ = loop_.clock().steady_now() + kEachHour;
}

void Services::reconfigure(const config::Settings& before) {
  ++revision_;
  if (settings_.processes != before.processes || settings_.procfs_root != before.procfs_root) {
    processes_.start(settings_.procfs_root, settings_.processes);
    forget_ = dirty_ = true;  // those that are not watched any more
  }
  if (settings_.systemd_bus == before.systemd_bus && settings_.systemd_watch == before.systemd_watch) return;
  known_ = answered_ = false;
  systemd_.start(settings_.systemd_bus, settings_.systemd_watch);
}

void Services::on_cycle() {
  const base::SteadyTime now = loop_.clock().steady_now();
  const bool hourly = now >= each_at_;
  if (hourly) each_at_ = now + kEachHour;
  processes_.look();
  each([&](Unit& unit) {
    if (!unit.type.empty() && (hourly || unit.kept_state != unit.state())) unit.row_due = dirty_ = true;
  });
  systemd_.look_again();
  work();
  each([this](const Unit& unit) { tell_health(unit); });
}

void Services::look_at_processes() {
  processes_.look();
  processes_.look_soon();
}

// After what is told of it: the alert of a failure comes before that of its repair.
void Services::tell_health(const Unit& unit) {
  const bool known = unit.process || systemd().answers;
  healing_.on_health(kind_of(unit), unit.name, known ? rules::target_health(unit) : rules::TargetHealth::kUnsure);
}

void Services::on_unit(Unit& unit) {
  ++revision_;
  take_news(unit, unit.watch.on_state(unit.active(), unit.sub_state, unit.is_job(), loop_.clock().steady_now()));
  if (unit.has_job && rules::is_being_stopped(unit.sub_state)) unit.watch.on_stop_job();
  work();
  tell_health(unit);
}

void Services::on_process(collect::Process& process) { on_unit(process.unit); }

void Services::take_news(Unit& unit, News news) {
  if (news == News::kNone) return;
  if (news == News::kRecovered) {
    unit.end = news;
  } else if (unit.end == News::kNone) {
    unit.begin = news;
  } else {
    unit.end = News::kNone;  // of what is not told yet: it goes on
  }
}

void Services::work() {
  std::optional<base::SteadyTime> next;
  each([&](Unit& unit) {
    raise_news(unit);
    if (unit.kept_failing != unit.is_told()) dirty_ = true;
    const auto due = unit.watch.due();
    if (due && (!next || *due < *next)) next = due;
  });
  next ? timer_.arm_at(*next) : timer_.cancel();
}

void Services::on_time() {
  const base::SteadyTime now = loop_.clock().steady_now();
  each([&](Unit& unit) { take_news(unit, unit.watch.on_time(now)); });
  ++revision_;
  work();
}

// What there is no room for waits for the next cycle.
void Services::raise_news(Unit& unit) {
  for (News* const news : {&unit.begin, &unit.end}) {
    if (*news == News::kNone) continue;
    if (alerts_.room() == 0) return;
    raise(unit, std::exchange(*news, News::kNone));
    unit.row_due = dirty_ = urgent_ = true;
  }
}

void Services::raise(const Unit& unit, News news) {
  const base::WallTime now = loop_.clock().wall_now();
  const rules::Event event = unit_event(unit, news, now, loop_.clock().steady_now(), os::local_time(now));
  if (news != News::kRecovered) ++failures_;
  base::log::info("%s: %s", event.title.c_str(), unit.name.c_str());
  alerts_.raise(event);
}

void Services::on_unit_gone(const Unit& unit) {
  ++revision_;
  if (unit.kept_failing) forget_ = dirty_ = true;
  healing_.on_health(kind_of(unit), unit.name, rules::TargetHealth::kLeft);
  if (!unit.is_told()) return;
  const base::WallTime now = loop_.clock().wall_now();
  alerts_.raise(unit_gone_event(unit, now, loop_.clock().steady_now(), os::local_time(now)));
  urgent_ = true;
}

void Services::on_systemd_heard() {
  ++revision_;
  const bool answers = systemd().answers;
  if (!answers) {
    for (Unit& unit : systemd_.units()) unit.watch.on_gap();
  }
  const bool changed = std::exchange(answered_, answers) != answers;
  if (!std::exchange(known_, true) || changed) tell_systemd();
  if (systemd().left_out > 0 && !std::exchange(left_out_told_, true)) {
    base::log::warn("systemd: %u services are not watched: there is room for %zu, with names of up to %zu letters",
                    systemd().left_out, base::limits::kUnits, decltype(Unit::name)::capacity());
  }
  work();
}

void Services::tell_systemd() const {
  const Counts now = counts();
  if (systemd().answers) {
    base::log::info("Services: %u are watched over systemd's bus, %u of them failed", now.all(), now.failed);
  } else if (systemd().absent) {
    base::log::info("Services: there is no systemd here (%s)", systemd().reason.c_str());
  } else {
    base::log::warn("Services: systemd does not answer (%s)", systemd().reason.c_str());
  }
}

lib::SqliteResult<void> Services::write(lib::SqliteDatabase& database) {
  lib::SqliteResult<void> done;
  if (forget_) done = store::clear_services_failing(database);
  each([&](const Unit& unit) {
    if (done) done = write_failing(database, unit);
    if (done && unit.row_due && !unit.process) {
      done = store::write_service_status(database, unit, row_time(unit), host_name_);
    }
  });
  for (const auto& process : processes_.all()) {
    if (done && process->unit.row_due) done = write_process(database, *process);
  }
  return done;
}

lib::SqliteResult<void> Services::write_failing(lib::SqliteDatabase& database, const Unit& unit) const {
  const bool kept = unit.kept_failing && !forget_;
  if (unit.is_told() == kept) return {};
  return store::write_service_failing(database, unit.name, unit.is_told());
}

lib::SqliteResult<void> Services::write_process(lib::SqliteDatabase& database, const collect::Process& process) const {
  return store::write_process_status(database,
                                     {.name = process.unit.name,
                                      .pid = process.pid,
                                      .raw_status = process.unit.active_state,
                                      .state = process.unit.state(),
                                      .cpu_percent = process.cpu_percent,
                                      .memory_percent = process.memory_percent},
                                     row_time(process.unit), host_name_);
}

// A state is written with the time when it began, and again every hour.
base::WallTime Services::row_time(const Unit& unit) const {
  const os::Clock& clock = loop_.clock();
  const bool again = unit.kept_state == unit.state();
  const base::Duration ago = again || !unit.since ? base::Duration() : clock.steady_now() - *unit.since;
  return clock.wall_now() - ago;
}

void Services::on_committed() {
  each([](Unit& unit) {
    unit.kept_failing = unit.is_told();
    if (std::exchange(unit.row_due, false)) unit.kept_state = unit.state();
  });
  dirty_ = urgent_ = forget_ = false;
}

// What this run knows is newer than what a file says that is opened later.
lib::SqliteResult<void> Services::on_opened(lib::SqliteDatabase& database) {
  if (!systemd().known) {
    return store::read_services_failing(database, base::Callback<std::string_view>::to<&Services::remember>(*this));
  }
  each([](Unit& unit) { unit.kept_state.reset(); });
  forget_ = dirty_ = true;
  return {};
}

void Services::remember(std::string_view name) {
  Unit* unit = nullptr;
  for (const auto& process : processes_.all()) {
    if (process->unit.name.view() == name) unit = &process->unit;
  }
  if (unit == nullptr) unit = systemd_.remember(name);
  if (unit == nullptr) return;
  unit->watch.resume_failing(loop_.clock().steady_now());
  unit->kept_failing = true;
}

Services::Counts Services::counts() const {
  Counts counts;
  each([&counts](const Unit& unit) {
    std::uint32_t Counts::*const which[] = {&Counts::running, &Counts::stopped, &Counts::failed, &Counts::unknown};
    ++(counts.*which[static_cast<std::size_t>(unit.state())]);
  });
  return counts;
}

void Services::write_metrics(web::MetricsWriter& out) const {
  const Counts counts = this->counts();
  const collect::SystemdStatus& systemd = this->systemd();
  out.gauge("systemd_up", "1 while systemd tells of its services.", systemd.answers ? 1 : 0);
  out.family("services", "gauge", "Services of systemd that are watched.");
  out.sample("services", {{"state", "running"}}, counts.running);
  out.sample("services", {{"state", "stopped"}}, counts.stopped);
  out.sample("services", {{"state", "failed"}}, counts.failed);
  out.sample("services", {{"state", "unknown"}}, counts.unknown);
  out.gauge("services_without_room", "Services that are not watched, as there is no room.", systemd.left_out);
  out.counter("service_failures_total", "Failures of services that were told.", failures_);
  out.counter("systemd_signals_total", "What systemd announced of services.", systemd.signals);
  out.counter("systemd_lost_total", "How often systemd's bus was lost.", systemd.gaps);
  out.counter("systemd_messages_skipped_total", "Messages of the bus that were too long.", systemd_.skipped());
}

web::ListStatus Services::status() const {
  using State = web::ListStatus::State;
  const bool off = settings_.systemd_bus.empty() || systemd().absent;
  const std::string_view reason = systemd().absent ? "There is no systemd here." : systemd().reason.view();
  return {.state = systemd().answers || (off && !processes_.all().empty()) ? State::kOn
                   : off                                                   ? State::kOff
                                                                           : State::kUnknown,
          .reason = reason,
          .size = systemd_.units().size() + processes_.all().size(),
          .revision = revision_};
}

void Services::fill(const Unit& unit, web::ServiceRow& row) const {
  row.name = unit.name;
  row.state = rules::service_state_name(unit.state());
  row.condition = condition_of(unit);
  row.sub_state = unit.sub_state;
  if (unit.since) row.age = loop_.clock().steady_now() - *unit.since;
  row.restarts = unit.restarts;
  const base::FixedString<119> healing = healing_.words(kind_of(unit), unit.name);
  reason_.clear();
  if (unit.watch.failing()) reason_.append(rules::failure_words(unit));
  if (!reason_.empty() && !healing.empty()) reason_.append("; ");
  reason_.append(healing);
  row.reason = reason_;
  if (healing_.is_busy_with(kind_of(unit), unit.name)) row.condition = web::Condition::kBusy;
  row.restart = may_restart(unit);
}

web::MayRestart Services::may_restart(const Unit& unit) const {
  if (unit.is_job()) return {.allowed = false, .possible = false, .why_not = "it is no service that goes on running"};
  return healing_.may_restart(kind_of(unit), unit.name);
}

std::optional<web::ServiceRow> Services::row(std::size_t index) const {
  const std::size_t units = systemd_.units().size();
  if (index >= units + processes_.all().size()) return std::nullopt;
  web::ServiceRow row;
  if (index >= units) {
    const collect::Process& process = *processes_.all()[index - units];
    fill(process.unit, row);
    row.kind = "process";
    row.state = process.pid != 0 ? "running" : "stopped";
    row.cpu_percent = process.cpu_percent;
    row.memory_bytes = process.memory_bytes;
    return row;
  }
  fill(systemd_.units()[index], row);
  row.kind = "unit";
  if (systemd().answers) return row;
  row.state = rules::service_state_name(ServiceState::kUnknown);
  row.condition = web::Condition::kUnknown;
  return row;
}

}  // namespace app

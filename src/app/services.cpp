// SPDX-License-Identifier: MIT
#include "app/services.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "os/local_time.h"
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

}  // namespace

Services::Services(event::Loop& loop, const config::Settings& settings, const std::string& host_name, Alerts& alerts,
                   store::TurnCommit& turn_commit)
    : loop_(loop),
      settings_(settings),
      host_name_(host_name),
      alerts_(alerts),
      systemd_(loop, *this),
      timer_(loop, "services that settle", base::Callback<>::to<&Services::on_time>(*this)) {
  turn_commit.add(*this);
}

void Services::begin() {
  systemd_.start(settings_.systemd_bus, settings_.systemd_watch);
  each_at_ = loop_.clock().steady_now() + kEachHour;
}

void Services::reconfigure(const config::Settings& before) {
  ++revision_;
  if (settings_.systemd_bus == before.systemd_bus && settings_.systemd_watch == before.systemd_watch) return;
  known_ = answered_ = false;
  systemd_.start(settings_.systemd_bus, settings_.systemd_watch);
}

void Services::on_cycle() {
  const base::SteadyTime now = loop_.clock().steady_now();
  const bool each = now >= each_at_;
  if (each) each_at_ = now + kEachHour;
  for (Unit& unit : systemd_.units()) {
    if (!unit.type.empty() && (each || unit.kept_state != unit.state())) unit.row_due = dirty_ = true;
  }
  systemd_.look_again();
  work();
}

void Services::on_unit(Unit& unit) {
  ++revision_;
  take_news(unit, unit.watch.on_state(unit.active(), unit.sub_state, unit.is_job(), loop_.clock().steady_now()));
  work();
}

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
  for (Unit& unit : systemd_.units()) {
    raise_news(unit);
    if (unit.kept_failing != unit.is_told()) dirty_ = true;
    const auto due = unit.watch.due();
    if (due && (!next || *due < *next)) next = due;
  }
  next ? timer_.arm_at(*next) : timer_.cancel();
}

void Services::on_time() {
  const base::SteadyTime now = loop_.clock().steady_now();
  for (Unit& unit : systemd_.units()) take_news(unit, unit.watch.on_time(now));
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

void Services::tell_systemd() {
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
  for (const Unit& unit : systemd_.units()) {
    if (done) done = write_unit(database, unit);
  }
  return done;
}

lib::SqliteResult<void> Services::write_unit(lib::SqliteDatabase& database, const Unit& unit) const {
  const bool kept = unit.kept_failing && !forget_;
  lib::SqliteResult<void> done;
  if (unit.is_told() != kept) done = store::write_service_failing(database, unit.name, unit.is_told());
  if (!done || !unit.row_due) return done;
  // A state is written with the time when it began, and again every hour.
  const os::Clock& clock = loop_.clock();
  const bool again = unit.kept_state == unit.state();
  const base::Duration ago = again || !unit.since ? base::Duration() : clock.steady_now() - *unit.since;
  return store::write_service_status(database, unit, clock.wall_now() - ago, host_name_);
}

void Services::on_committed() {
  for (Unit& unit : systemd_.units()) {
    unit.kept_failing = unit.is_told();
    if (std::exchange(unit.row_due, false)) unit.kept_state = unit.state();
  }
  dirty_ = urgent_ = forget_ = false;
}

// What this run knows is newer than what a file says that is opened later.
lib::SqliteResult<void> Services::on_opened(lib::SqliteDatabase& database) {
  if (!systemd().known) {
    return store::read_services_failing(database, base::Callback<std::string_view>::to<&Services::remember>(*this));
  }
  for (Unit& unit : systemd_.units()) unit.kept_state.reset();
  forget_ = dirty_ = true;
  return {};
}

void Services::remember(std::string_view name) {
  Unit* const unit = systemd_.remember(name);
  if (unit == nullptr) return;
  unit->watch.resume_failing(loop_.clock().steady_now());
  unit->kept_failing = true;
}

Services::Counts Services::counts() const {
  Counts counts;
  for (const Unit& unit : systemd_.units()) {
    std::uint32_t Counts::*const which[] = {&Counts::running, &Counts::stopped, &Counts::failed, &Counts::unknown};
    ++(counts.*which[static_cast<std::size_t>(unit.state())]);
  }
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
  out.counter("systemd_messages_skipped_total", "Messages of the bus that were too long.",
              systemd_.skipped());
}

web::ListStatus Services::status() const {
  using State = web::ListStatus::State;
  const bool off = settings_.systemd_bus.empty() || systemd().absent;
  const std::string_view reason = off && systemd().absent ? "There is no systemd here." : systemd().reason.view();
  return {.state = systemd().answers ? State::kOn
                   : off             ? State::kOff
                                     : State::kUnknown,
          .reason = reason,
          .size = systemd_.units().size(),
          .revision = revision_};
}

std::optional<web::ServiceRow> Services::row(std::size_t index) const {
  if (index >= systemd_.units().size()) return std::nullopt;
  const Unit& unit = systemd_.units()[index];
  const bool known = systemd().answers;
  web::ServiceRow row;
  row.name = unit.name;
  row.kind = "unit";
  row.state = rules::service_state_name(known ? unit.state() : ServiceState::kUnknown);
  row.sub_state = unit.sub_state;
  row.condition = known ? condition_of(unit) : web::Condition::kUnknown;
  if (unit.since) row.age = loop_.clock().steady_now() - *unit.since;
  row.restarts = unit.restarts;
  reason_ = unit.watch.failing() ? rules::failure_words(unit) : base::FixedString<63>();
  row.reason = reason_;
  row.restart = {.allowed = false, .why_not = "it restarts no services"};
  return row;
}

}  // namespace app

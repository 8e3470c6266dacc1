// SPDX-License-Identifier: MIT
#include "app/containers.h"

#include <algorithm>
#include <utility>

#include "base/json_string.h"
#include "base/log.h"
#include "os/local_time.h"
#include "rules/container_text.h"
#include "rules/target_health.h"
#include "store/container_table.h"

namespace app {
namespace {

using rules::ContainerState;
using rules::EventKind;

// Parts of a report, of 128 containers with the longest names.
constexpr std::size_t kMostParts = 8;

constexpr std::string_view kStateNames[] = {"unknown", "running", "stopped", "restarting", "paused", "exited"};
constexpr std::string_view kHealthNames[] = {"none", "starting", "healthy", "unhealthy"};

std::string_view name_of(ContainerState state) { return kStateNames[static_cast<std::size_t>(state)]; }
std::string_view name_of(rules::ContainerHealth health) { return kHealthNames[static_cast<std::size_t>(health)]; }

// `is_expected`: it is there, or at least named; one that was removed is neither.
web::Condition condition_of(const rules::Container& container, bool is_expected) {
  switch (container.kept.state) {
    case ContainerState::kRunning:
      return container.health == rules::ContainerHealth::kUnhealthy ? web::Condition::kWarning : web::Condition::kWell;
    case ContainerState::kRestarting:
      return web::Condition::kBusy;
    case ContainerState::kPaused:
      return web::Condition::kPaused;
    case ContainerState::kUnknown:
      return web::Condition::kUnknown;
    case ContainerState::kStopped:
    case ContainerState::kExited:
      break;
  }
  if (!container.judged || !is_expected) return web::Condition::kEnded;
  return container.kept.seen_running ? web::Condition::kCritical : web::Condition::kEnded;
}

void write_fields(const rules::ContainerNews& news, rules::Event& event) {
  if (news.container == nullptr) return;
  const rules::ContainerMemory& kept = news.container->kept;
  std::array<char, decltype(event.fields)::capacity() + 1> room;
  base::TextWriter fields(room);
  fields.append("{\"container\": ");
  base::append_json_string(fields, kept.name);
  fields.append(", \"id\": ");
  base::append_json_string(fields, kept.id);
  fields.append(", \"state\": ");
  base::append_json_string(fields, name_of(kept.state));
  fields.append(", \"health\": ");
  base::append_json_string(fields, name_of(news.container->health));
  fields.appendf(", \"restarts\": \"%u\"}", kept.restarts);
  if (!fields.overflowed()) event.fields = fields.view();
}

}  // namespace

Containers::Containers(event::Loop& loop, const config::Settings& settings, heal::Helper& helper, bool by_helper,
                       Alerts& alerts, store::TurnCommit& turn_commit, Healing& healing, base::Callback<> on_known)
    : loop_(loop),
      settings_(settings),
      alerts_(alerts),
      healing_(healing),
      on_known_(on_known),
      direct_events_(loop),
      direct_query_(loop),
      helper_events_(loop, helper),
      helper_query_(loop, helper),
      docker_(loop, by_helper ? static_cast<collect::DockerGate&>(helper_events_) : direct_events_,
              by_helper ? static_cast<collect::DockerGate&>(helper_query_) : direct_query_, watch_,
              base::Callback<>::to<&Containers::on_heard>(*this)),
      timer_(loop, "container alerts", base::Callback<>::to<&Containers::on_time>(*this)),
      report_timer_(loop, "container report", base::Callback<>::to<&Containers::raise_report>(*this)) {
  turn_commit.add(reported_);
  turn_commit.add(*this);
}

void Containers::begin() {
  watch_.configure(policy());
  connect();
}

rules::ContainerPolicy Containers::policy() const {
  return {.watch = settings_.docker_watch,
          .restart_threshold = settings_.docker_restart_threshold,
          .cooldown = settings_.docker_cooldown};
}

void Containers::connect() {
  for (DirectDockerGate* const gate : {&direct_events_, &direct_query_}) {
    gate->set_path(settings_.docker_socket, other_docker_socket(settings_));
  }
  docker_.start(settings_.docker_socket, settings_.docker_check_interval);
  if (settings_.docker_socket.empty()) on_heard();
}

void Containers::reconfigure(const config::Settings& before) {
  watch_.configure(policy());
  ++revision_;
  if (settings_.docker_socket != before.docker_socket) {
    known_ = false;
    answered_ = false;
    connect();
  }
  docker_.set_check_interval(settings_.docker_check_interval);
  if (reported_.known()) arm_report();
  work();
}

void Containers::on_cycle() {
  docker_.on_cycle(settings_.heartbeat_interval);
  if (report_due_) raise_report();
  work();
}

void Containers::on_heard() {
  ++revision_;
  work();
  if (!docker().known) return;
  const bool changed = std::exchange(answered_, docker().answers) != docker().answers;
  if (!std::exchange(known_, true)) return on_known_();
  if (changed) tell_engine();
}

void Containers::on_time() { work(); }

void Containers::tell_engine() const {
  if (docker().answers) {
    base::log::info("Docker: answers, %d container%s running", running(), running() == 1 ? "" : "s");
  } else {
    base::log::warn("Docker: does not answer (%s)", docker().reason.c_str());
  }
}

void Containers::tell_untracked() {
  if (watch_.untracked() > 0 && !std::exchange(untracked_told_, true)) {
    base::log::warn("Docker: there are %u containers more than the %zu that can be watched; they are only counted",
                    watch_.untracked(), base::limits::kContainers);
  }
}

void Containers::work() {
  tell_untracked();
  const base::SteadyTime now = loop_.clock().steady_now();
  while (alerts_.room() > 0) {
    const auto news = watch_.take_news(now);
    if (!news) break;
    raise(*news);
  }
  tell_health();
  const auto next = watch_.next_time();
  if (!next) return timer_.cancel();
  // What there is no room for waits for the next cycle.
  if (*next > now) timer_.arm_at(*next);
}

// After what is told of them: the alert of a failure comes before that of its repair.
void Containers::tell_health() {
  const bool known = docker().answers && watch_.synced();
  for (const rules::Container& container : watch_.containers()) {
    healing_.on_health(rules::TargetKind::kContainer, container.kept.name,
                       known ? rules::target_health(container) : rules::TargetHealth::kUnsure);
  }
}

void Containers::raise(const rules::ContainerNews& news) {
  const base::WallTime now = loop_.clock().wall_now();
  const std::string_view name = news.container != nullptr ? news.container->kept.name.view() : "containers";
  rules::Event event = rules::make_event(news.kind, now, loop_.clock().steady_now(), name);
  std::array<char, rules::Event::kMaxText + 1> room;
  base::TextWriter text(room);
  rules::write_container_news(news, watch_, settings_.docker_cooldown, os::local_time(now), text);
  event.text.append(text.view());
  write_fields(news, event);
  base::log::info("%s: %.*s", event.title.c_str(), static_cast<int>(name.size()), name.data());
  alerts_.raise(event);
}

// The first interval begins once, not with each start.
void Containers::arm_report() {
  const auto now = std::chrono::floor<std::chrono::seconds>(loop_.clock().wall_now()).time_since_epoch();
  if (!reported_.value()) reported_.set(now.count());
  const auto wait = std::chrono::seconds(*reported_.value()) + settings_.docker_report_interval - now;
  report_timer_.arm_after(std::clamp(wait, std::chrono::seconds(0), settings_.docker_report_interval));
}

// Later, in a cycle, when nothing is known, or there is no room for all of it.
void Containers::raise_report() {
  report_due_ = watch_.counts().judged > 0;
  const bool now_is_good = docker().answers && watch_.synced() && alerts_.room() >= kMostParts;
  if (report_due_ && !now_is_good) return;
  const base::WallTime now = loop_.clock().wall_now();
  const os::LocalTimeText stamp = os::local_time(now);
  rules::ContainerReport report(watch_, stamp);
  std::array<char, rules::Event::kMaxText + 1> room;
  base::TextWriter text(room);
  while (report_due_ && report.write_part(rules::Event::kMaxText, text)) {
    rules::Event event = rules::make_event(EventKind::kContainersReport, now, loop_.clock().steady_now(), "containers");
    event.text.append(text.view());
    alerts_.raise(event);
    text.clear();
  }
  report_due_ = false;
  reported_.set(std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count());
  arm_report();
}

std::int32_t Containers::running() const { return docker().answers ? static_cast<std::int32_t>(watch_.running()) : -1; }

lib::SqliteResult<void> Containers::write(lib::SqliteDatabase& database) {
  const bool all = watch_.set().rewrite();
  lib::SqliteResult<void> done;
  if (all) done = store::clear_containers(database);
  for (const rules::Container& container : watch_.containers()) {
    const bool wanted = container.has_to_be_kept() && (all || container.dirty);
    if (done && wanted) done = store::write_container(database, container.kept);
  }
  return done;
}

// What this run knows is newer than what a file says that is opened later.
lib::SqliteResult<void> Containers::on_opened(lib::SqliteDatabase& database) {
  arm_report();
  if (watch_.synced() || docker().known) {
    watch_.set().store_all();
    return {};
  }
  auto done =
      store::read_containers(database, base::Callback<const rules::ContainerMemory&>::to<&Containers::remember>(*this));
  watch_.configure(policy());
  return done;
}

void Containers::write_metrics(web::MetricsWriter& out) const {
  const collect::DockerStatus& engine = docker();
  out.gauge("docker_up", "1 while Docker answers.", engine.answers ? 1 : 0);
  out.counter("docker_events_total", "Events that Docker sent.", engine.events);
  out.counter("docker_lists_total", "Looks at all containers: at the start, after a gap, now and then.", engine.lists);
  out.counter("docker_gaps_total", "How often Docker was lost after it had answered.", engine.gaps);
  out.counter("docker_failures_total", "Tries to reach Docker that came to nothing, and gaps.", engine.failures);
  out.counter("docker_skipped_total", "What Docker told and could not be read: too long, or no sense.", engine.skipped);
  out.counter("container_changes_held_total", "Changes that were not told one by one.", watch_.held());
  if (!engine.answers) return;
  const rules::ContainerCounts counts = watch_.counts();
  out.gauge("containers_running", "Containers that run, watched or not.", running());
  out.gauge("containers_untracked", "Containers for which there is no room.", watch_.untracked());
  out.family("containers", "gauge", "Watched containers by what is told of their state.");
  out.sample("containers", {{"state", "running"}}, counts.running);
  out.sample("containers", {{"state", "stopped"}}, counts.stopped);
  out.sample("containers", {{"state", "restarting"}}, counts.restarting);
}

web::ListStatus Containers::status() const {
  const std::size_t size = watch_.containers().size();
  if (settings_.docker_socket.empty()) {
    return {.state = web::ListStatus::State::kOff, .reason = docker().reason, .revision = revision_};
  }
  if (!docker().answers) {
    return {.state = web::ListStatus::State::kUnknown, .reason = docker().reason, .size = size, .revision = revision_};
  }
  return {.state = web::ListStatus::State::kOn, .reason = {}, .size = size, .revision = revision_};
}

std::optional<web::ContainerRow> Containers::row(std::size_t index) const {
  if (index >= watch_.containers().size()) return std::nullopt;
  const rules::Container& container = watch_.containers()[index];
  const bool known = docker().answers;
  web::ContainerRow row;
  row.name = container.kept.name;
  row.id = container.kept.id;
  row.state = name_of(known ? container.kept.state : ContainerState::kUnknown);
  row.health = name_of(container.health);
  row.condition = known ? condition_of(container, watch_.shows(container)) : web::Condition::kUnknown;
  if (container.since) row.age = loop_.clock().steady_now() - *container.since;
  row.restarts = container.kept.restarts;
  if (!container.judged) row.reason = container.auto_remove ? "not watched: removed when it ends" : "not watched";
  if (container.judged && !watch_.shows(container)) row.reason = "removed";
  const rules::TargetKind kind = rules::TargetKind::kContainer;
  reason_ = healing_.words(kind, container.kept.name);
  if (!reason_.empty()) row.reason = reason_;
  if (healing_.is_busy_with(kind, container.kept.name)) row.condition = web::Condition::kBusy;
  row.restart = healing_.may_restart(kind, container.kept.name);
  return row;
}

}  // namespace app

// SPDX-License-Identifier: MIT
#include "app/instances.h"

#include <sys/random.h>

#include <span>
#include <utility>

#include "base/log.h"
#include "os/local_time.h"
#include "rules/instance_event.h"

namespace app {
namespace {

using rules::InstanceStatus;
using Outcome = rules::InstanceWatch::Outcome;
using Unsaved = rules::InstanceWatch::Unsaved;

// A start can tell the crash of the one whose place it takes.
constexpr std::size_t kNewsOfARequest = 2;
// While the disk refuses, for the check that has more to tell.
constexpr std::chrono::seconds kCheckAgain{1};

std::uint32_t random_nonce(const os::Clock& clock) {
  std::uint32_t nonce = 0;
  if (::getrandom(&nonce, sizeof nonce, GRND_NONBLOCK) == sizeof nonce) return nonce;
  return static_cast<std::uint32_t>(clock.steady_now().time_since_epoch().count());
}

}  // namespace

Instances::Instances(const Parts& parts)
    : parts_(parts),
      clock_(parts.loop.clock()),
      watch_(rules::InstanceWatch::Tell::to<&Instances::on_news>(*this)),
      rows_(watch_, clock_, base::Callback<>::to<&Instances::on_saved>(*this)),
      check_(parts.loop, "looking for silent instances", base::Callback<>::to<&Instances::on_check>(*this)),
      flushed_at_(clock_.steady_now()) {
  parts_.turn_commit.add(rows_);
}

void Instances::reconfigure() {
  check_.cancel();
  arm_check();
}

void Instances::on_cycle() {
  const base::SteadyTime now = clock_.steady_now();
  watch_.on_turn(now, parts_.settings.heartbeat_interval);
  if (parts_.turn_commit.trouble() != store::StoreTrouble::kNone) refuse_waiting();
  if (now - flushed_at_ >= parts_.settings.flush_interval) {
    flushed_at_ = now;
    rows_.flush();
  }
  arm_check();
}

web::InstanceDesk::Reply Instances::start(std::string_view key, std::string_view host, net::HttpTicket ticket) {
  if (!ready()) return Reply::kNotStored;
  const Outcome outcome = watch_.start(key, host, random_nonce(clock_), moment(), options());
  arm_check();
  const Waiting waiting{ticket, Request::kStart, watch_.slot_of(key).value_or(0)};
  return settle(outcome, waiting);
}

web::InstanceDesk::Reply Instances::alive(std::string_view id) {
  if (!ready()) return Reply::kNotStored;
  return watch_.alive(id, moment()) == Outcome::kDone ? Reply::kDone : Reply::kUnknown;
}

web::InstanceDesk::Reply Instances::crash(std::string_view id, std::string_view error, net::HttpTicket ticket) {
  if (!ready()) return Reply::kNotStored;
  return settle(watch_.crash(id, error, moment()), {ticket, Request::kCrash});
}

web::InstanceDesk::Reply Instances::stop(std::string_view id, net::HttpTicket ticket) {
  if (!ready()) return Reply::kNotStored;
  return settle(watch_.stop(id, moment()), {ticket, Request::kStop});
}

// Whether a request can be taken: the instances of earlier runs are known, and what it may tell has room. When many
// came in this turn, what they told is committed first.
bool Instances::ready() {
  watch_.on_turn(clock_.steady_now(), parts_.settings.heartbeat_interval);
  const bool waits = !rows_.known() || parts_.alerts.room() < kNewsOfARequest;
  // Not run(), which may put it off until after the tick.
  if (waits && parts_.turn_commit.trouble() == store::StoreTrouble::kNone) parts_.turn_commit.retry();
  return rows_.known() && parts_.alerts.room() >= kNewsOfARequest && waiting_count_ < waiting_.size();
}

web::InstanceDesk::Reply Instances::settle(Outcome outcome, const Waiting& waiting) {
  switch (outcome) {
    case Outcome::kRunning:
      return Reply::kRunning;
    case Outcome::kFull:
      return Reply::kFull;
    case Outcome::kUnknown:
      return Reply::kUnknown;
    case Outcome::kDone:
      break;
  }
  if (watch_.unsaved() != Unsaved::kState) return Reply::kDone;
  if (parts_.turn_commit.trouble() != store::StoreTrouble::kNone) return Reply::kNotStored;
  waiting_[waiting_count_++] = waiting;
  return Reply::kLater;
}

// An answer lets its peer go on, whose next request may wait at once: it takes a place that was already looked at.
void Instances::on_saved() {
  for (const Waiting waiting : std::span(waiting_).first(std::exchange(waiting_count_, 0))) answer(waiting);
}

void Instances::answer(const Waiting& waiting) {
  const auto write = [&](net::HttpResponse& response) {
    switch (waiting.request) {
      case Request::kStart:
        return web::write_started(watch_.slot(waiting.slot).value_or(rules::Instance{}), response);
      case Request::kCrash:
        return web::write_crashed(response);
      case Request::kStop:
        return web::write_stopped(response);
    }
  };
  parts_.server.complete(waiting.ticket, write);
}

void Instances::refuse_waiting() {
  const auto write = [](net::HttpResponse& response) { web::write_not_stored(response); };
  for (const Waiting waiting : std::span(waiting_).first(std::exchange(waiting_count_, 0))) {
    parts_.server.complete(waiting.ticket, write);
  }
}

// Without one that runs there is nothing to look for, and no reason to wake up.
void Instances::arm_check() {
  if (check_.armed() || watch_.count(InstanceStatus::kRunning) == 0) return;
  check_.arm_after(parts_.settings.instance_check_interval);
}

void Instances::on_check() {
  watch_.on_turn(clock_.steady_now(), parts_.settings.heartbeat_interval);
  const std::size_t room = parts_.alerts.room();
  if (room == 0) return check_.arm_after(kCheckAgain);
  if (watch_.check(moment(), options(), room)) return check_.arm_after(base::Duration::zero());
  arm_check();
}

void Instances::on_news(const rules::InstanceNews& news) {
  ++revision_;
  const rules::InstanceWatch::Moment now = moment();
  const rules::Event event = rules::instance_event(news, now, os::local_time(now.wall));
  base::log::info("%s: %s", event.title.c_str(), base::FixedString<255>(news.instance.id).c_str());
  parts_.alerts.raise(event);
}

std::size_t Instances::used_bytes() const { return watch_.text_bytes() + watch_.size() * base::limits::kInstanceBytes; }

rules::InstanceWatch::Moment Instances::moment() const { return {clock_.steady_now(), clock_.wall_now()}; }

rules::InstanceWatch::Options Instances::options() const {
  return {.stale_after = parts_.settings.instance_stale_after,
          .max_notifications = parts_.settings.instance_max_notifications};
}

web::ListStatus Instances::status() const {
  return {.state = web::ListStatus::State::kOn, .reason = {}, .size = watch_.size(), .revision = revision_};
}

std::optional<web::InstanceRow> Instances::row(std::size_t index) const {
  if (!last_row_ || index <= last_index_) {
    last_row_ = watch_.next(std::nullopt);
    last_index_ = 0;
  }
  for (; last_row_ && last_index_ < index; ++last_index_) last_row_ = watch_.next(last_row_);
  if (!last_row_) return std::nullopt;
  return row_of(watch_.at(*last_row_));
}

web::InstanceRow Instances::row_of(const rules::Instance& instance) const {
  using web::Condition;
  const base::SteadyTime now = clock_.steady_now();
  const bool stale = instance.status == InstanceStatus::kRunning && instance.notifications > 0;
  Condition condition = stale ? Condition::kWarning : Condition::kWell;
  if (instance.status == InstanceStatus::kCrashed) condition = Condition::kCritical;
  if (instance.status == InstanceStatus::kStopped) condition = Condition::kEnded;
  return {.id = instance.id,
          .key = instance.key,
          .host = instance.host,
          .state = stale ? "stale" : rules::instance_status_name(instance.status),
          .condition = condition,
          .age = now - instance.since,
          .heartbeat = clock_.wall_now() - instance.last_heartbeat,
          .notifications = instance.notifications,
          .reason = stale ? std::string_view(rules::InstanceWatch::kNoHeartbeat) : instance.error};
}

}  // namespace app

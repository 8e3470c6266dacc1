// SPDX-License-Identifier: MIT
#include "notify/lane.h"

#include <algorithm>

#include "base/human.h"
#include "base/log.h"
#include "notify/digest.h"
#include "rules/alert_book.h"

namespace notify {
namespace {

namespace log = base::log;
using rules::Delivery;

store::OutboxOutcome::Kind kind_of(Delivery delivery) {
  using Kind = store::OutboxOutcome::Kind;
  if (delivery == Delivery::kDelivered) return Kind::kDelivered;
  return delivery == Delivery::kRefused ? Kind::kRefused : Kind::kFailed;
}

}  // namespace

Lane::Lane(event::Loop& loop, net::Resolver& resolver, net::TlsService& tls, store::Outbox& outbox,
           const config::Settings& settings, const Channel& channel, base::Callback<const Undelivered&> on_undelivered)
    : loop_(loop),
      outbox_(outbox),
      settings_(settings),
      on_undelivered_(on_undelivered),
      sender_(loop, resolver, tls, settings, channel, base::Callback<const Verdict&>::to<&Lane::on_sent>(*this)),
      timer_(loop, "sending an alert", base::Callback<>::to<&Lane::on_time>(*this)) {}

// A lane that waits for a service that is closed has new alerts to pass on all the same.
void Lane::wake() {
  if (sender_.busy()) return;
  if (!timer_.armed()) send_next();
  if (loop_.clock().steady_now() < closed_until_) pass_on_while_closed();
}

void Lane::reconfigure(std::string_view host_name) {
  host_name_ = host_name;
  sender_.forget_move();
  if (sender_.busy()) return;
  timer_.cancel();
  not_before_ = {};
  closed_until_ = {};
  send_next();
}

void Lane::on_time() { send_next(); }

void Lane::send_next() {
  const std::string_view name = channel().name();
  if (!outbox_.noted(name) || stopped_ || !channel().configured(settings_)) return;
  const auto row = outbox_.first(name);
  if (!row) return timer_.arm_after(kDiskRetry);
  if (!*row || must_wait(**row)) return;
  behind_ = behind_ || (*row)->attempts > 0;
  attempts_ = (*row)->attempts + 1;
  rerouted_ = (*row)->rerouted;
  if (!behind_ || !channel().folds || !choose_digest((*row)->newest)) choose(**row);
  sender_.send(event_, host_name_);
}

bool Lane::must_wait(const store::OutboxRow& row) {
  const os::Clock& clock = loop_.clock();
  if (!resumed_) {
    resumed_ = true;
    // A wait longer than any there is comes from a clock that was wrong, then or now.
    const base::Duration left = row.next_try.value_or(base::WallTime()) - clock.wall_now();
    if (left <= rules::Backoff::kLongestAsked) not_before_ = clock.steady_now() + left;
  }
  base::SteadyTime when = not_before_;
  if (const auto left = hold_left(row)) when = std::max(when, clock.steady_now() + *left);
  if (clock.steady_now() >= when) return false;
  timer_.arm_at(when);
  return true;
}

std::optional<base::Duration> Lane::hold_left(const store::OutboxRow& row) const {
  if (!channel().folds || rules::role_of(row.event.kind) != rules::AlertRole::kBegin) return std::nullopt;
  const base::Duration left = row.event.at_boot + settings_.alert_hold - loop_.clock().steady_now();
  // More than the hold: it is of an earlier boot.
  if (left <= base::Duration::zero() || left > settings_.alert_hold) return std::nullopt;
  return left;
}

void Lane::choose(const store::OutboxRow& row) {
  event_ = row.event;
  outcome_ = {.channel = channel().name(), .first = row.id, .last = row.id};
  open_ = !row.ended_at;
  if (!row.ended_at || !channel().folds) return;
  const auto end = outbox_.end_of(channel().name(), row.id);
  if (!end || !*end) return;
  event_ = fold(row.event, (*end)->event);
  outcome_.newest = row.newest;
}

bool Lane::choose_digest(std::int64_t newest) {
  const auto count = outbox_.waiting_for(channel().name());
  if (!count || *count <= kManyWait) return false;
  Digest digest(channel().digest_bytes);
  if (!outbox_.list(channel().name(), digest) || digest.count() < 2) return false;
  const os::Clock& clock = loop_.clock();
  event_ = digest.finish(clock.wall_now(), clock.steady_now());
  outcome_ = {.channel = channel().name(), .first = digest.first(), .last = digest.last(), .newest = newest};
  open_ = false;
  return true;
}

void Lane::on_sent(const Verdict& verdict) {
  const os::Clock& clock = loop_.clock();
  base::Duration wait = channel().pause(settings_);
  if (verdict.delivery == Delivery::kRetry) {
    // What the clock shows below a millisecond is as good as random.
    const auto random = static_cast<std::uint32_t>(clock.steady_now().time_since_epoch().count() / 64);
    wait = std::max<base::Duration>(rules::Backoff::delay(attempts_, random, verdict.wait), channel().shortest_wait);
  }
  const bool closed = verdict.delivery == Delivery::kRetry && verdict.closed_for.has_value();
  if (closed) {
    wait = std::max<base::Duration>(wait, *verdict.closed_for);
    closed_until_ = clock.steady_now() + wait;
  }
  not_before_ = clock.steady_now() + wait;
  behind_ = verdict.delivery == Delivery::kRetry || (behind_ && verdict.delivery == Delivery::kDelivered);
  if (verdict.delivery == Delivery::kDelivered) ++delivered_;
  tell(verdict, wait);
  problem_ = verdict.delivery == Delivery::kDelivered ? std::string_view() : verdict.problem.view();
  if (!rerouted_ && (closed || verdict.delivery == Delivery::kRefused)) {
    on_undelivered_({event_, channel(), verdict.problem, open_});
  }
  mark(verdict, wait, closed);
}

void Lane::mark(const Verdict& verdict, base::Duration wait, bool elsewhere) {
  const os::Clock& clock = loop_.clock();
  outcome_.kind = kind_of(verdict.delivery);
  outcome_.at = clock.wall_now();
  outcome_.next_try = clock.wall_now() + wait;
  outcome_.problem = verdict.problem;
  outcome_.elsewhere = elsewhere;
  outbox_.mark(outcome_);
}

// One a turn; its commit wakes this again.
void Lane::pass_on_while_closed() {
  if (!outbox_.noted(channel().name()) || stopped_) return;
  const auto row = outbox_.first(channel().name(), true);
  if (!row || !*row) return;
  choose(**row);
  const base::Duration wait = closed_until_ - loop_.clock().steady_now();
  if (!(*row)->rerouted) on_undelivered_({event_, channel(), problem_, open_});
  mark({.delivery = Delivery::kRetry, .problem = problem_}, wait, true);
}

void Lane::tell(const Verdict& verdict, base::Duration wait) const {
  const std::string_view name = channel().name();
  const int width = static_cast<int>(name.size());
  const char* const problem = verdict.problem.c_str();
  if (verdict.delivery == Delivery::kDelivered) {
    log::info("%.*s was told: %s%s", width, name.data(), event_.title.c_str(), attempts_ > 1 ? " (at last)" : "");
  } else if (verdict.delivery == Delivery::kRefused) {
    log::error("%.*s refused an alert for good (%s): %s. It stays in the table outbox of metrics.db", width,
               name.data(), problem, event_.title.c_str());
  } else if (problem_.empty()) {
    log::warn("%.*s could not be told (%s). It is tried again until it can, first in %s", width, name.data(), problem,
              base::format_duration(wait).c_str());
  } else {
    log::debug("%.*s still cannot be told (%s), the next try is in %s", width, name.data(), problem,
               base::format_duration(wait).c_str());
  }
}

}  // namespace notify

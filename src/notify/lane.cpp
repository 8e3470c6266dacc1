// SPDX-License-Identifier: MIT
#include "notify/lane.h"

#include <cerrno>

#include "base/human.h"
#include "base/log.h"

namespace notify {
namespace {

namespace log = base::log;
using rules::Delivery;

constexpr net::HttpField kFields[] = {{"Content-Type", "application/json"}};

store::OutboxOutcome::Kind kind_of(Delivery delivery) {
  using Kind = store::OutboxOutcome::Kind;
  if (delivery == Delivery::kDelivered) return Kind::kDelivered;
  return delivery == Delivery::kRefused ? Kind::kRefused : Kind::kFailed;
}

}  // namespace

Lane::Lane(event::Loop& loop, net::Resolver& resolver, net::TlsService& tls, store::Outbox& outbox,
           const config::Settings& settings, const Channel& channel)
    : loop_(loop),
      outbox_(outbox),
      settings_(settings),
      channel_(channel),
      connect_(loop, resolver, tls),
      http_(loop, connect_, *this),
      timer_(loop, "sending an alert", base::Callback<>::to<&Lane::on_time>(*this)) {}

void Lane::wake() {
  if (!http_.busy() && !timer_.armed()) send_next();
}

void Lane::reconfigure() {
  if (http_.busy()) return;
  timer_.cancel();
  not_before_ = {};
  send_next();
}

void Lane::on_time() { send_next(); }

void Lane::send_next() {
  if (!outbox_.noted(id_)) return;
  if (stopped_ || !channel_.configured(settings_)) return;
  const auto row = outbox_.first(channel_.name());
  if (!row) return timer_.arm_after(kDiskRetry);
  if (!*row) return;
  const os::Clock& clock = loop_.clock();
  if (!resumed_) {
    resumed_ = true;
    // A wait longer than any there is comes from a clock that was wrong, then or now.
    const base::Duration left = (*row)->next_try.value_or(base::WallTime()) - clock.wall_now();
    if (left <= rules::Backoff::kLongestAsked) not_before_ = clock.steady_now() + left;
  }
  if (clock.steady_now() < not_before_) return timer_.arm_at(not_before_);
  send(**row);
}

void Lane::send(const store::OutboxRow& row) {
  id_ = row.id;
  attempts_ = row.attempts + 1;
  title_ = row.event.title;
  status_ = 0;
  retry_after_.reset();
  base::TextWriter body(body_);
  channel_.write(row.event, body);
  if (body.overflowed()) return finish(Delivery::kRefused, "the alert is too long to be sent");
  const base::Result<rules::Url> url = channel_.url(settings_);
  if (!url) return finish(Delivery::kRetry, url.error().text());
  connect_.set_target(*url);
  http_.start({.method = net::HttpClientRequest::Method::kPost,
               .host = url->field,
               .target = url->target,
               .fields = kFields,
               .body = body.view()},
              loop_.clock().steady_now() + channel_.timeout);
}

void Lane::on_http_field(const lib::HttpHeader& field) {
  if (field.name == "retry-after") retry_after_ = rules::parse_retry_after(field.value, loop_.clock().wall_now());
}

bool Lane::on_http_status(std::uint16_t status) {
  status_ = status;
  return true;
}

// A status is an answer also when what follows it is cut off, or too long: the alert was taken, or was not.
void Lane::on_http_done(const base::Result<net::HttpAnswer>& answer) {
  base::FixedString<160> problem;
  if (status_ != 0) {
    problem.appendf("it answered %u", unsigned{status_});
    return finish(channel_.judge(status_), problem);
  }
  if (!answer && answer.error().code() == ETIMEDOUT) {
    problem.append("it did not answer within ").append(base::format_duration(channel_.timeout));
  } else if (!answer) {
    problem.append(answer.error().text());
  }
  finish(Delivery::kRetry, problem);
}

void Lane::finish(Delivery delivery, std::string_view problem) {
  const os::Clock& clock = loop_.clock();
  base::Duration wait{};
  if (delivery == Delivery::kRetry) {
    // What the clock shows below a millisecond is as good as random.
    const auto random = static_cast<std::uint32_t>(clock.steady_now().time_since_epoch().count() / 64);
    wait = rules::Backoff::delay(attempts_, random, retry_after_);
  }
  not_before_ = clock.steady_now() + wait;
  outbox_.mark({.id = id_,
                .kind = kind_of(delivery),
                .at = clock.wall_now(),
                .next_try = clock.wall_now() + wait,
                .problem = problem});
  tell(delivery, problem, wait);
  problem_ = delivery == Delivery::kDelivered ? std::string_view() : problem;
}

void Lane::tell(Delivery delivery, std::string_view problem, base::Duration wait) const {
  const std::string_view name = channel_.name();
  const int width = static_cast<int>(name.size());
  const int problem_width = static_cast<int>(problem.size());
  if (delivery == Delivery::kDelivered) {
    log::info("%.*s was told: %s%s", width, name.data(), title_.c_str(), attempts_ > 1 ? " (at last)" : "");
  } else if (delivery == Delivery::kRefused) {
    log::error("%.*s refused an alert for good (%.*s): %s. It stays in the table outbox of metrics.db", width,
               name.data(), problem_width, problem.data(), title_.c_str());
  } else if (problem_.empty()) {
    log::warn("%.*s could not be told (%.*s). It is tried again until it can, first in %s", width, name.data(),
              problem_width, problem.data(), base::format_duration(wait).c_str());
  } else {
    log::debug("%.*s still cannot be told (%.*s), the next try is in %s", width, name.data(), problem_width,
               problem.data(), base::format_duration(wait).c_str());
  }
}

}  // namespace notify

// SPDX-License-Identifier: MIT
#include "notify/sender.h"

#include <algorithm>
#include <cerrno>
#include <charconv>

#include "base/human.h"
#include "base/log.h"

namespace notify {
namespace {

using rules::Delivery;

std::optional<base::WallTime> parse_unix_time(std::string_view text) {
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end != text.data() + text.size() || seconds < 0 || seconds > 100'000'000'000) return {};
  return base::WallTime(std::chrono::seconds(seconds));
}

}  // namespace

Sender::Sender(event::Loop& loop, net::Resolver& resolver, net::TlsService& tls, const config::Settings& settings,
               const Channel& channel, base::Callback<const Verdict&> on_done)
    : loop_(loop),
      settings_(settings),
      channel_(channel),
      on_done_(on_done),
      connect_(loop, resolver, tls),
      http_(loop, connect_, *this) {}

void Sender::send(const rules::Event& event, std::string_view host_name) {
  answer_ = {};
  answer_size_ = 0;
  if (!write(event, host_name)) return finish(Delivery::kRefused, "the alert is too long to be sent");
  const std::string_view body(request_body_.data(), request_size_);
  const base::Result<rules::Url> url = channel_.url(settings_);
  if (!url) return finish(Delivery::kRetry, url.error().text());
  std::array<net::HttpField, 2> fields = {{{"Content-Type", channel_.content_type}, {}}};
  std::size_t field_count = 1;
  base::FixedString<80> signature;
  if (channel_.sign != nullptr) signature = channel_.sign(settings_, body);
  if (!signature.empty()) fields[field_count++] = {"X-Limpet-Signature", signature};
  connect_.set_target(*url);
  http_.start({.method = net::HttpClientRequest::Method::kPost,
               .host = url->field,
               .target = url->target,
               .fields = {fields.data(), field_count},
               .body = body},
              loop_.clock().steady_now() + channel_.timeout);
}

// A text that grows too much by escaping is written again, shorter.
bool Sender::write(const rules::Event& event, std::string_view host_name) {
  const Message message = {event, settings_, host_name, moved_to_};
  for (std::size_t most = rules::Event::kMaxText; most >= 100; most /= 2) {
    base::TextWriter body(request_body_);
    channel_.write(message, most, body);
    request_size_ = body.size();
    if (!body.overflowed()) return true;
  }
  return false;
}

void Sender::on_http_field(const lib::HttpHeader& field) {
  const base::WallTime now = loop_.clock().wall_now();
  if (field.name == "retry-after") answer_.retry_after = rules::parse_retry_after(field.value, now);
  if (field.name == "x-limit-app-reset") answer_.limit_reset = parse_unix_time(field.value);
}

bool Sender::on_http_status(std::uint16_t status) {
  answer_.status = status;
  return true;
}

bool Sender::on_http_body(std::string_view piece) {
  const std::size_t taken = std::min(piece.size(), answer_body_.size() - answer_size_);
  std::copy_n(piece.data(), taken, answer_body_.data() + answer_size_);
  answer_size_ += taken;
  return true;
}

// A status is an answer also when what follows it is cut off, or too long: the alert was taken, or was not.
void Sender::on_http_done(const base::Result<net::HttpAnswer>& answer) {
  if (answer_.status == 0) {
    base::FixedString<160> problem;
    if (answer) {
      problem.append("it did not answer");
    } else if (answer.error().code() == ETIMEDOUT) {
      problem.append("it did not answer within ").append(base::format_duration(channel_.timeout));
    } else {
      problem.append(answer.error().text());
    }
    return finish(Delivery::kRetry, problem);
  }
  answer_.body = body();
  answer_.cut_off = !answer;
  answer_.now = loop_.clock().wall_now();
  const Verdict verdict = channel_.judge(answer_);
  if (!verdict.moved_to.empty()) {
    base::log::warn("%.*s: the chat has moved: it is %s from now on. Write that into the configuration",
                    static_cast<int>(channel_.name().size()), channel_.name().data(), verdict.moved_to.c_str());
    moved_to_ = verdict.moved_to;
  }
  on_done_(verdict);
}

void Sender::finish(rules::Delivery delivery, std::string_view problem) {
  on_done_({.delivery = delivery, .problem = base::FixedString<160>(problem)});
}

}  // namespace notify

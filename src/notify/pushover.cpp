// SPDX-License-Identifier: MIT
#include "notify/pushover.h"

#include <algorithm>
#include <array>
#include <string>

#include "lib/json.h"
#include "rules/text_cut.h"

namespace notify {
namespace {

using rules::Delivery;

// Characters that it takes: https://pushover.net/api#limits
constexpr std::size_t kTitle = 250;
constexpr std::size_t kText = 1024;
// Of priority 2, in seconds: again every minute until somebody says that he saw it, for three hours at most.
constexpr char kUntilSeen[] = "&retry=60&expire=10800";
constexpr std::chrono::seconds kLongestClosed = std::chrono::days(32);  // its limits count by the month

bool configured(const config::Settings& settings) {
  return !settings.pushover_token.empty() && !settings.pushover_user.empty();
}

base::Result<rules::Url> url(const config::Settings& settings) {
  return rules::parse_web_url(settings.pushover_api + "/1/messages.json");
}

// application/x-www-form-urlencoded: https://url.spec.whatwg.org/#concept-urlencoded-serializer
void append_form(base::TextWriter& body, std::string_view text) {
  for (const char c : text) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '*' ||
                       c == '-' || c == '.' || c == '_';
    if (plain) {
      body.append({&c, 1});
    } else if (c == ' ') {
      body.append("+");
    } else {
      body.appendf("%%%02X", unsigned{static_cast<unsigned char>(c)});
    }
  }
}

void append_cut(base::TextWriter& body, std::string_view text, std::size_t most_characters, bool cut) {
  const std::string_view whole = rules::first_characters(text, most_characters);
  if (whole.size() == text.size() && !cut) return append_form(body, text);
  append_form(body, rules::first_characters(text, most_characters - 1));
  append_form(body, "…");
}

// What is over, or only said, need not be loud.
std::uint32_t priority(const Message& message) {
  const std::uint32_t most = message.event.severity == rules::Severity::kInfo ? 0 : 2;
  return std::min(message.settings.pushover_priority, most);
}

void write(const Message& message, std::size_t most, base::TextWriter& body) {
  const config::Settings& settings = message.settings;
  const std::string_view text = message.event.text;
  const std::size_t cut = base::utf8_cut(text, most);
  body.append("token=");
  append_form(body, settings.pushover_token);
  body.append("&user=");
  append_form(body, settings.pushover_user);
  body.append("&title=");
  append_cut(body, message.event.title, kTitle, false);
  body.append("&message=");
  append_cut(body, text.substr(0, cut), kText, cut < text.size());
  body.appendf("&priority=%u", unsigned{priority(message)});
  if (priority(message) == 2) body.append(kUntilSeen);
  if (settings.pushover_device.empty()) return;
  body.append("&device=");
  append_form(body, settings.pushover_device);
}

// {"status":1,"request":"…"}, or {"status":0,"errors":["application token is invalid"],…}
Verdict judge(const Answer& answer) {
  Verdict verdict = judge_by_status(answer);
  std::array<std::byte, 8 * 1024> memory;
  lib::JsonReader reader(memory);
  const auto json = reader.read(answer.body);
  const bool taken = json && json->member("status").integer() == 1;
  // What came after its 2xx was lost on the way; the message was not.
  if (verdict.delivery == Delivery::kDelivered && !taken && !answer.cut_off) {
    verdict.delivery = Delivery::kRetry;
    verdict.problem = json ? "it did not take it" : "what answered is not Pushover";
  }
  if (verdict.delivery == Delivery::kDelivered) return verdict;
  if (const auto error = json ? json->member("errors").first().string() : std::nullopt) {
    verdict.problem.append(": ").append(rules::one_line<120>(*error));
  }
  if (answer.status == 429 && answer.limit_reset) {
    const auto left = std::chrono::ceil<std::chrono::seconds>(*answer.limit_reset - answer.now);
    verdict.closed_for = std::clamp(left, std::chrono::seconds(0), kLongestClosed);
    verdict.problem = "the messages that its account has for this month are used up";
  }
  return verdict;
}

}  // namespace

const Channel kPushover = {.id = config::Channel::kPushover,
                           .timeout = std::chrono::seconds(10),
                           .shortest_wait = std::chrono::seconds(5),
                           .digest_bytes = kText,
                           .content_type = "application/x-www-form-urlencoded",
                           .configured = configured,
                           .url = url,
                           .write = write,
                           .judge = judge,
                           .pause = no_pause};

}  // namespace notify

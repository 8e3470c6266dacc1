// SPDX-License-Identifier: MIT
#include "notify/slack.h"

#include <array>

#include "base/json_writer.h"
#include "rules/text_cut.h"

namespace notify {
namespace {

bool configured(const config::Settings& settings) { return !settings.slack_url.empty(); }

base::Result<rules::Url> url(const config::Settings& settings) { return rules::parse_web_url(settings.slack_url); }

std::string_view color_of(rules::Severity severity) {
  constexpr std::array<std::string_view, 3> kColors = {"good", "warning", "danger"};
  return kColors[static_cast<std::size_t>(severity)];
}

// Else "<!channel>" in a text would call everybody: https://api.slack.com/reference/surfaces/formatting#escaping
template <std::size_t N>
void append_escaped(base::FixedString<N>& out, std::string_view text) {
  for (const char c : text) {
    out.append(c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : std::string_view(&c, 1));
  }
}

// {"attachments":[{"color":"danger","text":"…","ts":1752661800}]}
void write(const Message& message, std::size_t most, base::TextWriter& body) {
  const std::string_view text = message.event.text;
  const std::size_t cut = base::utf8_cut(text, most);
  base::FixedString<5 * (rules::Event::kMaxTitle + rules::Event::kMaxText) + 16> shown;
  append_escaped(shown, message.event.title);
  shown.append("\n\n");
  append_escaped(shown, text.substr(0, cut));
  if (cut < text.size()) shown.append("…");
  const auto seconds = std::chrono::floor<std::chrono::seconds>(message.event.time).time_since_epoch();
  base::JsonWriter json(body);
  json.begin_object().begin_array("attachments").begin_object();
  json.text("color", color_of(message.event.severity)).text("text", shown).integer("ts", seconds.count());
  json.end_object().end_array().end_object();
}

// Its errors are words, such as "no_service" and "channel_is_archived"; their statuses say whether they are final.
Verdict judge(const Answer& answer) {
  Verdict verdict = judge_by_status(answer);
  const bool word =
      !answer.body.empty() && answer.body.size() <= 64 && answer.body.find_first_of("<\r\n") == std::string_view::npos;
  if (verdict.delivery != rules::Delivery::kDelivered && word) {
    verdict.problem.append(": ").append(rules::one_line<64>(answer.body));
  }
  return verdict;
}

// https://api.slack.com/apis/rate-limits: one a second
std::chrono::milliseconds pause(const config::Settings&) { return std::chrono::seconds(1); }

}  // namespace

const Channel kSlack = {.id = config::Channel::kSlack,
                        .timeout = std::chrono::seconds(10),
                        .configured = configured,
                        .url = url,
                        .write = write,
                        .judge = judge,
                        .pause = pause};

}  // namespace notify

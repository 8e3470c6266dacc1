// SPDX-License-Identifier: MIT
#include "notify/telegram.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/json_string.h"
#include "lib/json.h"
#include "rules/text_cut.h"

namespace notify {
namespace {

using rules::Delivery;

constexpr std::size_t kUnits = 4096;  // UTF-16 code units of a message, its markup not counted

bool configured(const config::Settings& settings) {
  return !settings.telegram_token.empty() && !settings.telegram_chat.empty();
}

base::Result<rules::Url> url(const config::Settings& settings) {
  return rules::parse_web_url(settings.telegram_api + "/bot" + settings.telegram_token + "/sendMessage");
}

// As https://core.telegram.org/bots/api#html-style wants it, inside a JSON string.
void append_escaped(base::TextWriter& body, std::string_view text) {
  std::size_t from = 0;
  const auto flush = [&](std::size_t to) {
    // The quotes that append_json_string() puts around are left out.
    std::array<char, 6 * 128 + 3> room;
    for (std::string_view rest = text.substr(from, to - from); !rest.empty();) {
      const std::string_view piece = rest.substr(0, base::utf8_cut(rest, 128));
      base::TextWriter json(room);
      base::append_json_string(json, piece);
      body.append(json.view().substr(1, json.size() - 2));
      rest.remove_prefix(piece.size());
    }
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view entity = text[i] == '&' ? "&amp;" : text[i] == '<' ? "&lt;" : text[i] == '>' ? "&gt;" : "";
    if (entity.empty()) continue;
    flush(i);
    body.append(entity);
    from = i + 1;
  }
  flush(text.size());
}

// Bytes of the label that the line begins with, its colon included: "Service:", "   Status:". 0: it has none.
std::size_t label_of(std::string_view line) {
  constexpr std::size_t kLongest = 32;
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon > kLongest) return 0;
  if (colon + 1 < line.size() && line[colon + 1] != ' ') return 0;
  const std::string_view label = line.substr(0, colon);
  const bool plain = std::ranges::all_of(
      label, [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == ' ' || c == '-'; });
  return plain && label.find_first_not_of(' ') != std::string_view::npos ? colon + 1 : 0;
}

void append_line(base::TextWriter& body, std::string_view line) {
  const std::size_t label = label_of(line);
  const std::size_t blanks = std::min(line.find_first_not_of(' '), line.size());
  if (label == 0) return append_escaped(body, line);
  body.append(line.substr(0, blanks)).append("<b>");
  append_escaped(body, line.substr(blanks, label - blanks));
  body.append("</b>");
  append_escaped(body, line.substr(label));
}

void append_text(base::TextWriter& body, std::string_view text) {
  for (;;) {
    const std::size_t end = text.find('\n');
    append_line(body, text.substr(0, end));
    if (end == std::string_view::npos) return;
    body.append("\\n");
    text.remove_prefix(end + 1);
  }
}

bool is_number(std::string_view chat) {
  const std::string_view digits = chat.starts_with('-') ? chat.substr(1) : chat;
  return !digits.empty() && std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
}

void write(const Message& message, std::size_t most, base::TextWriter& body) {
  const std::string_view chat = message.moved_to.empty() ? message.settings.telegram_chat : message.moved_to;
  const std::string_view text = message.event.text;
  const std::string_view title = rules::first_utf16_units(message.event.title, kUnits / 4);
  const std::size_t title_units = 2 + title.size();  // no character has more units than bytes
  std::string_view shown =
      rules::first_utf16_units(text.substr(0, base::utf8_cut(text, most)), kUnits - title_units - 1);
  body.append("{\"chat_id\":");
  if (is_number(chat)) {
    body.append(chat);
  } else {
    base::append_json_string(body, chat);
  }
  body.append(",\"text\":\"");
  append_escaped(body, title);
  body.append("\\n\\n");
  append_text(body, shown);
  if (shown.size() < text.size()) body.append("…");
  body.append("\",\"parse_mode\":\"HTML\",\"link_preview_options\":{\"is_disabled\":true}}");
}

// {"ok":true,"result":{…}}, or {"ok":false,"error_code":400,"description":"…","parameters":{…}}
Verdict judge(const Answer& answer) {
  Verdict verdict = judge_by_status(answer);
  std::array<std::byte, 8 * 1024> memory;
  lib::JsonReader reader(memory);
  const auto json = reader.read(answer.body);
  // What was taken is sent back whole, which can be longer than what is looked at.
  const bool taken = json ? json->member("ok").boolean() == true : answer.body.starts_with("{\"ok\":true");
  if (verdict.delivery == Delivery::kDelivered && !taken && !answer.cut_off) {
    verdict.delivery = Delivery::kRetry;
    verdict.problem = json ? "it did not take it" : "what answered is not Telegram";
  }
  if (verdict.delivery == Delivery::kDelivered || !json) return verdict;
  if (const auto description = json->member("description").string()) {
    verdict.problem.append(": ").append(rules::one_line<120>(*description));
  }
  const lib::JsonValue parameters = json->member("parameters");
  if (const auto wait = parameters.member("retry_after").integer(); wait && *wait >= 0) {
    verdict.wait = std::chrono::seconds(std::min(*wait, std::int64_t{86'400}));
    verdict.delivery = Delivery::kRetry;
  }
  if (const auto chat = parameters.member("migrate_to_chat_id").integer()) {
    verdict.delivery = Delivery::kRetry;
    verdict.moved_to.appendf("%lld", static_cast<long long>(*chat));
  }
  return verdict;
}

// At most one message a second to a chat, and 20 a minute to a group or channel, whose numbers are negative:
// https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
std::chrono::milliseconds pause(const config::Settings& settings) {
  const bool group = settings.telegram_chat.starts_with('-') || settings.telegram_chat.starts_with('@');
  return std::chrono::seconds(group ? 3 : 1);
}

}  // namespace

const Channel kTelegram = {.id = config::Channel::kTelegram,
                           .timeout = std::chrono::seconds(10),
                           .configured = configured,
                           .url = url,
                           .write = write,
                           .judge = judge,
                           .pause = pause};

}  // namespace notify

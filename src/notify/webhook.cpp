// SPDX-License-Identifier: MIT
#include "notify/webhook.h"

#include "base/json_writer.h"
#include "lib/hmac.h"

namespace notify {
namespace {

bool configured(const config::Settings& settings) { return !settings.webhook_url.empty(); }

base::Result<rules::Url> url(const config::Settings& settings) { return rules::parse_web_url(settings.webhook_url); }

void write(const Message& message, std::size_t most, base::TextWriter& body) {
  const rules::Event& event = message.event;
  const std::string_view text = event.text;
  base::JsonWriter json(body);
  json.begin_object();
  json.text("host", message.host_name);
  json.time("time", event.time);
  json.text("monitor", rules::monitor_name(event.monitor));
  json.text("kind", rules::row_of(event.kind).name);
  json.text("severity", rules::severity_name(event.severity));
  json.text("key", event.key);
  json.text("subject", event.subject);
  json.text("title", event.title);
  json.text("text", text.substr(0, base::utf8_cut(text, most)));
  body.append(",\"fields\":").append(event.fields);
  json.end_object();
}

base::FixedString<80> sign(const config::Settings& settings, std::string_view body) {
  base::FixedString<80> value;
  if (settings.webhook_secret.empty()) return value;
  value.append("sha256=").append(lib::hmac_sha256(settings.webhook_secret, body));
  return value;
}

}  // namespace

const Channel kWebhook = {.id = config::Channel::kWebhook,
                          .timeout = std::chrono::seconds(10),
                          .configured = configured,
                          .url = url,
                          .write = write,
                          .judge = judge_by_status,
                          .pause = no_pause,
                          .sign = sign};

}  // namespace notify

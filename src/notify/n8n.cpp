// SPDX-License-Identifier: MIT
#include "notify/n8n.h"

#include "base/json_string.h"

namespace notify {
namespace {

bool configured(const config::Settings& settings) { return !settings.n8n_url.empty(); }

base::Result<rules::Url> url(const config::Settings& settings) { return rules::parse_web_url(settings.n8n_url); }

// {"title": "…", "message": "…", "details": {…}}
void write(const Message& message, std::size_t most, base::TextWriter& body) {
  const std::string_view text = message.event.text;
  body.append("{\"title\": ");
  base::append_json_string(body, message.event.title);
  body.append(", \"message\": ");
  base::append_json_string(body, text.substr(0, base::utf8_cut(text, most)));
  body.append(", \"details\": ").append(message.event.fields).append("}");
}

}  // namespace

const Channel kN8n = {.id = config::Channel::kN8n,
                      .timeout = std::chrono::seconds(2),
                      .folds = false,
                      .configured = configured,
                      .url = url,
                      .write = write,
                      .judge = judge_by_status,
                      .pause = no_pause};

}  // namespace notify

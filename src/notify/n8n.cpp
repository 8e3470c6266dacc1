// SPDX-License-Identifier: MIT
#include "notify/n8n.h"

#include "base/json_string.h"

namespace notify {
namespace {

bool configured(const config::Settings& settings) { return !settings.n8n_url.empty(); }

base::Result<rules::Url> url(const config::Settings& settings) { return rules::parse_web_url(settings.n8n_url); }

// {"title": "…", "message": "…", "details": {…}}
void write(const rules::Event& event, base::TextWriter& body) {
  body.append("{\"title\": ");
  base::append_json_string(body, event.title);
  body.append(", \"message\": ");
  base::append_json_string(body, event.text);
  body.append(", \"details\": ").append(event.fields).append("}");
}

}  // namespace

const Channel kN8n = {.id = config::Channel::kN8n,
                      .timeout = std::chrono::seconds(2),
                      .configured = configured,
                      .url = url,
                      .write = write,
                      .judge = rules::judge_status};

}  // namespace notify

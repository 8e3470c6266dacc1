// SPDX-License-Identifier: MIT
#include "notify/n8n.h"

#include <doctest/doctest.h>

#include <array>
#include <string>

namespace {

std::string body(const rules::Event& event, std::size_t size = 4096) {
  std::string room(size, '\0');
  base::TextWriter out(room);
  notify::kN8n.write({event, config::Settings(), "box", {}}, 4000, out);
  return out.overflowed() ? "overflowed" : std::string(out.view());
}

}  // namespace

TEST_CASE("the body is the one that the workflows of the earlier heartbeat monitor read") {
  const rules::Event event = {
      .title = "🚨 Heartbeat Monitor Alert 🚨",
      .text = "Cloudflare worker status changed.\nBefore: 200\nNow: N/A",
      .fields = R"({"timestamp_lima": "2025-11-21T15:04:10-05:00", "heartbeat_url": "https://worker.example/"})"};
  CHECK(body(event) ==
        R"({"title": "🚨 Heartbeat Monitor Alert 🚨", )"
        R"("message": "Cloudflare worker status changed.\nBefore: 200\nNow: N/A", )"
        R"("details": {"timestamp_lima": "2025-11-21T15:04:10-05:00", "heartbeat_url": "https://worker.example/"}})");
}

TEST_CASE("a text cannot break the JSON, and one that does not fit is not sent by half") {
  CHECK(body({.title = "\"", .text = "\\\x01", .fields = "{}"}) ==
        R"({"title": "\"", "message": "\\\u0001", "details": {}})");
  CHECK(body({.title = "a title", .text = "a text", .fields = "{}"}, 40) == "overflowed");
}

TEST_CASE("it is there when it has an address") {
  config::Settings settings;
  CHECK_FALSE(notify::kN8n.configured(settings));
  settings.n8n_url = "http://n8n.lan:5678/webhook/limpet";
  CHECK(notify::kN8n.configured(settings));
  const auto url = notify::kN8n.url(settings);
  REQUIRE(url);
  CHECK(url->field.view() == "n8n.lan:5678");
  CHECK(url->target.view() == "/webhook/limpet");
}

// SPDX-License-Identifier: MIT
// What each service is sent, and what its answers mean: as their documentations have it.
#include <doctest/doctest.h>

#include <string>

#include "notify/pushover.h"
#include "notify/slack.h"
#include "notify/telegram.h"
#include "notify/webhook.h"

using namespace std::chrono_literals;
using rules::Delivery;
using rules::EventKind;
using rules::Severity;

namespace {

struct Case {
  rules::Event event = rules::make_event(EventKind::kContainerStopped, base::WallTime(1752661800s), {}, "redis");
  config::Settings settings;
  std::string moved_to;

  Case() {
    settings.pushover_token = "app";
    settings.pushover_user = "me";
    settings.pushover_priority = 1;
    settings.pushover_api = "https://api.pushover.net";
    settings.telegram_token = "123:abc-DEF";
    settings.telegram_chat = "42";
    settings.telegram_api = "https://api.telegram.org";
    settings.slack_url = "https://hooks.slack.com/services/T/B/x";
    settings.webhook_url = "https://example.org/in";
  }
  std::string body(const notify::Channel& channel, std::size_t most = 4000) {
    std::string room(16'384, '\0');
    base::TextWriter out(room);
    channel.write({event, settings, "pi", moved_to}, most, out);
    REQUIRE_FALSE(out.overflowed());
    return std::string(out.view());
  }
};

std::size_t count(std::string_view text, std::string_view what) {
  std::size_t found = 0;
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string_view::npos; at += what.size()) ++found;
  return found;
}

notify::Answer answer(std::uint16_t status, std::string_view body) { return {.status = status, .body = body}; }

}  // namespace

TEST_CASE_FIXTURE(Case, "Pushover: a form, whatever stands in the text") {
  event.title = "🐚 Conch Monitor Alert";
  event.text = "a b&c=d+e\n100%";
  event.severity = Severity::kWarning;
  CHECK(body(notify::kPushover) ==
        "token=app&user=me&title=%F0%9F%90%9A+Conch+Monitor+Alert&message=a+b%26c%3Dd%2Be%0A100%25&priority=1");
  settings.pushover_device = "phone";
  settings.pushover_priority = 2;
  CHECK(body(notify::kPushover).ends_with("&priority=2&retry=60&expire=10800&device=phone"));
  event.severity = Severity::kInfo;
  CHECK(body(notify::kPushover).ends_with("&priority=0&device=phone"));
  CHECK(notify::kPushover.url(settings)->target.view() == "/1/messages.json");
}

TEST_CASE_FIXTURE(Case, "Pushover: 1024 characters, counted before they are escaped, never half of one") {
  for (int i = 0; i < 1024; ++i) event.text.append("é");
  CHECK(count(body(notify::kPushover), "%C3%A9") == 1024);
  event.text.append("é");
  CHECK(count(body(notify::kPushover), "%C3%A9") == 1023);
  CHECK(count(body(notify::kPushover), "%E2%80%A6") == 1);
  CHECK(count(body(notify::kPushover, 101), "%C3%A9") == 50);
}

TEST_CASE("Pushover: what its answers mean") {
  const auto judge = [](std::uint16_t status, std::string_view body) {
    return notify::kPushover.judge(answer(status, body));
  };
  CHECK(judge(200, R"({"status":1,"request":"647d2300-702c"})").delivery == Delivery::kDelivered);
  CHECK(judge(200, "<html>log in to this network</html>").delivery == Delivery::kRetry);
  const auto refused = judge(400, R"({"user":"invalid","errors":["user identifier is invalid"],"status":0})");
  CHECK(refused.delivery == Delivery::kRefused);
  CHECK(refused.problem.view() == "it answered 400: user identifier is invalid");
  CHECK(judge(400, R"({"errors":["\u001b[2Jgone\nline"]})").problem.view() == "it answered 400:  [2Jgone line");
  CHECK(judge(500, "").delivery == Delivery::kRetry);
  notify::Answer cut = answer(200, R"({"sta)");
  cut.cut_off = true;
  CHECK(notify::kPushover.judge(cut).delivery == Delivery::kDelivered);
  notify::Answer limit = answer(429, R"({"status":0})");
  limit.now = base::WallTime(1000s);
  limit.limit_reset = base::WallTime(5000s);
  CHECK(notify::kPushover.judge(limit).delivery == Delivery::kRetry);
  CHECK(notify::kPushover.judge(limit).closed_for == 4000s);
}

TEST_CASE_FIXTURE(Case, "Telegram: HTML with bold labels, in which any name is safe") {
  event.title = "🔴 Service Stopped";
  event.text =
      "Service: <b>&\"x\\\nPrevious Status: 🟢 Running\n   Status: Running\nSummary:\n🟢 Running: 6\n"
      "Time: 2025-07-16 10:35:00\n\nsee http://x: y";
  CHECK(body(notify::kTelegram) ==
        R"({"chat_id":42,"text":"🔴 Service Stopped\n\n<b>Service:</b> &lt;b&gt;&amp;\"x\\\n)"
        R"(<b>Previous Status:</b> 🟢 Running\n   <b>Status:</b> Running\n<b>Summary:</b>\n🟢 Running: 6\n)"
        R"(<b>Time:</b> 2025-07-16 10:35:00\n\nsee http://x: y",)"
        R"("parse_mode":"HTML","link_preview_options":{"is_disabled":true}})");
  CHECK(notify::kTelegram.url(settings)->target.view() == "/bot123:abc-DEF/sendMessage");
  settings.telegram_chat = "@channel";
  CHECK(body(notify::kTelegram).starts_with(R"({"chat_id":"@channel",)"));
  moved_to = "-1001";
  CHECK(body(notify::kTelegram).starts_with(R"({"chat_id":-1001,)"));
}

TEST_CASE_FIXTURE(Case, "Telegram: a text that a monitor wrote is never cut; pauses are for one chat or a group") {
  for (int i = 0; i < 959; ++i) event.text.append("🟢");
  CHECK(count(body(notify::kTelegram), "🟢") == 959);
  CHECK(count(body(notify::kTelegram, 401), "🟢") == 100);
  CHECK(notify::kTelegram.pause(settings) == 1s);
  settings.telegram_chat = "-100123";
  CHECK(notify::kTelegram.pause(settings) == 3s);
}

TEST_CASE("Telegram: what its answers mean") {
  const auto judge = [](std::uint16_t status, std::string_view body) {
    return notify::kTelegram.judge(answer(status, body));
  };
  CHECK(judge(200, R"({"ok":true,"result":{"message_id":1}})").delivery == Delivery::kDelivered);
  CHECK(judge(200, R"({"ok": true, "result": {}})").delivery == Delivery::kDelivered);
  CHECK(judge(200, R"({"ok":true,"result":{"text":"longer than what is looked at)").delivery == Delivery::kDelivered);
  CHECK(judge(200, R"({"ok":false})").delivery == Delivery::kRetry);
  CHECK(judge(200, "<html>").delivery == Delivery::kRetry);
  const auto blocked =
      judge(403, R"({"ok":false,"error_code":403,"description":"Forbidden: bot was blocked by the user"})");
  CHECK(blocked.delivery == Delivery::kRefused);
  CHECK(blocked.problem.view() == "it answered 403: Forbidden: bot was blocked by the user");
  const auto storm = judge(429, R"({"ok":false,"error_code":429,"parameters":{"retry_after":17}})");
  CHECK(storm.delivery == Delivery::kRetry);
  CHECK(storm.wait == 17s);
  const auto moved = judge(400, R"({"ok":false,"parameters":{"migrate_to_chat_id":-1001234567890}})");
  CHECK(moved.delivery == Delivery::kRetry);
  CHECK(moved.moved_to.view() == "-1001234567890");
  CHECK(judge(502, "").delivery == Delivery::kRetry);
}

TEST_CASE_FIXTURE(Case, "Slack: an attachment of the severity's colour, that can call nobody") {
  event.title = "🔴 Instance Crashed";
  event.text = "Error: <!channel> & \"more\"";
  CHECK(
      body(notify::kSlack) ==
      R"({"attachments":[{"color":"danger","text":"🔴 Instance Crashed\n\nError: &lt;!channel&gt; &amp; \"more\"","ts":1752661800}]})");
  event.severity = Severity::kInfo;
  CHECK(body(notify::kSlack).contains(R"("color":"good")"));
  event.severity = Severity::kWarning;
  CHECK(body(notify::kSlack).contains(R"("color":"warning")"));
  CHECK(notify::kSlack.judge(answer(200, "ok")).delivery == Delivery::kDelivered);
  const auto gone = notify::kSlack.judge(answer(404, "no_service"));
  CHECK(gone.delivery == Delivery::kRefused);
  CHECK(gone.problem.view() == "it answered 404: no_service");
  CHECK(notify::kSlack.judge(answer(429, "")).delivery == Delivery::kRetry);
}

TEST_CASE_FIXTURE(Case, "webhook: everything as JSON, signed when there is a secret") {
  event.text = "down";
  event.fields = R"({"a": "b"})";
  const std::string sent = body(notify::kWebhook);
  CHECK(sent == R"({"host":"pi","time":"2025-07-16T10:30:00Z","monitor":"containers","kind":"container_stopped",)"
                R"("severity":"critical","key":"redis","subject":"redis","title":"🔴 Service Stopped","text":"down",)"
                R"("fields":{"a": "b"}})");
  CHECK(notify::kWebhook.sign(settings, sent).empty());
  settings.webhook_secret = "key";
  // The vector of Wikipedia's article on HMAC, as openssl dgst -sha256 -hmac key gives it.
  CHECK(notify::kWebhook.sign(settings, "The quick brown fox jumps over the lazy dog").view() ==
        "sha256=f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8");
}

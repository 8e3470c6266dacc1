// SPDX-License-Identifier: MIT
#include "web/instance_routes.h"

#include <doctest/doctest.h>

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "made_view.h"
#include "web/alerts_stream.h"
#include "web/metrics_stream.h"

using namespace std::chrono_literals;
using Reply = web::InstanceDesk::Reply;

namespace {

// Notes what it is asked for, and gives the reply that the test wants.
class TestDesk final : public web::InstanceDesk {
 public:
  Reply start(std::string_view key, std::string_view host, net::HttpTicket) override {
    return note("start " + std::string(key) + " on " + std::string(host));
  }
  Reply alive(std::string_view id) override { return note("alive " + std::string(id)); }
  Reply crash(std::string_view id, std::string_view error, net::HttpTicket) override {
    return note("crash " + std::string(id) + ": " + std::string(error));
  }
  Reply stop(std::string_view id, net::HttpTicket) override { return note("stop " + std::string(id)); }
  const rules::InstanceWatch& instances() const override { return *watch; }

  Reply note(std::string what) {
    asked = std::move(what);
    return reply;
  }
  void on_news(const rules::InstanceNews&) {}

  Reply reply = Reply::kDone;
  std::string asked;
  std::unique_ptr<rules::InstanceWatch> watch =
      std::make_unique<rules::InstanceWatch>(rules::InstanceWatch::Tell::to<&TestDesk::on_news>(*this));
};

struct Box {
  std::string post(web::Handler handler, std::string_view body, bool local = false) {
    net::HttpRequest request{.method = lib::HttpMethod::kPost, .body = body};
    if (!local) request.peer.address = *base::IpAddress::parse("192.0.2.7");
    web::Context context{.site = site, .request = request};
    std::array<char, 8192> room;
    net::HttpResponse response(room);
    handler(context, response);
    if (response.deferred()) return "later";
    std::string text(response.body().view());
    while (text.ends_with("\n")) text.pop_back();
    return std::to_string(response.status()) + " " + text;
  }

  Box() { view.host_name = "this-box"; }

  MadeView view;
  TestDesk desk;
  os::SystemClock clock;
  web::Access access{clock};
  web::MetricsStream metrics_stream{view};
  web::AlertsStream alerts_stream{view, view.database()};
  web::Site site{view, access, metrics_stream, alerts_stream, {.instances = &desk}};
};

std::string error(int status, const char* message) {
  return std::to_string(status) + R"( {"status":"error","message":")" + message + "\"}";
}

}  // namespace

TEST_CASE("what a body comes to") {
  const struct {
    const char* reason;
    web::Handler handler;
    std::string body;
    const char* asked;
    std::string answer;
  } cases[] = {
      {"a start", web::post_instance_start, R"({"scrapper_key":"k","hostname":"h"})", "start k on h", "later"},
      {"the host is the peer's address", web::post_instance_start, R"({"scrapper_key":"k"})", "start k on 192.0.2.7",
       "later"},
      {"null is as good as nothing", web::post_instance_start, R"({"scrapper_key":"k","hostname":null})",
       "start k on 192.0.2.7", "later"},
      {"more than is asked for", web::post_instance_start, R"({"scrapper_key":"k","pid":7,"x":{"y":[]}})",
       "start k on 192.0.2.7", "later"},
      {"escapes", web::post_instance_start, R"({"scrapper_key":"\u00e4\"b","hostname":"h"})", "start ä\"b on h",
       "later"},
      {"no key", web::post_instance_start, "{}", "", error(400, "scrapper_key is required")},
      {"no body", web::post_instance_start, "", "", error(400, "scrapper_key is required")},
      {"an empty key", web::post_instance_start, R"({"scrapper_key":""})", "", error(400, "scrapper_key is required")},
      {"a number", web::post_instance_start, R"({"scrapper_key":7})", "", error(400, "scrapper_key is not a text")},
      {"a host that is none", web::post_instance_start, R"({"scrapper_key":"k","hostname":[]})", "",
       error(400, "hostname is not a text")},
      {"a key of two lines", web::post_instance_start, R"({"scrapper_key":"a\nb"})", "",
       error(400, "scrapper_key and hostname are too long (together 245 bytes at most), or have control characters")},
      {"no JSON", web::post_instance_start, "scrapper_key=k", "", error(400, "The body is not JSON")},
      {"an array", web::post_instance_start, "[]", "", error(400, "The body is not a JSON object")},
      {"a crash", web::post_instance_crash, R"({"instance_id":"i","error_message":"out of\nmemory"})",
       "crash i: out of\nmemory", "later"},
      {"a crash without a word", web::post_instance_crash, R"({"instance_id":"i"})", "crash i: Unknown error", "later"},
      {"a crash that is an object", web::post_instance_crash, R"({"instance_id":"i","error_message":{}})", "",
       error(400, "error_message is not a text")},
      {"nothing at all", web::post_instance_crash, "", "", error(400, "No data provided")},
      {"null", web::post_instance_stop, "null", "", error(400, "No data provided")},
      {"an empty object", web::post_instance_stop, "{}", "", error(400, "No data provided")},
      {"no id", web::post_instance_stop, R"({"hostname":"h"})", "", error(400, "instance_id is required")},
      {"a stop", web::post_instance_stop, R"({"instance_id":"i"})", "stop i", "later"},
  };
  for (const auto& test : cases) {
    CAPTURE(test.reason);
    Box box;
    box.desk.reply = Reply::kLater;
    CHECK(box.post(test.handler, test.body) == test.answer);
    CHECK(box.desk.asked == test.asked);
  }
  Box box;
  box.desk.reply = Reply::kLater;
  CHECK(box.post(web::post_instance_start, R"({"scrapper_key":"k"})", true) == "later");
  CHECK(box.desk.asked == "start k on this-box");
}

TEST_CASE("what a reply comes to") {
  const std::string id = R"({"instance_id":"i"})";
  Box box;
  CHECK(box.post(web::post_instance_alive, id) ==
        R"(200 {"status":"success","message":"Heartbeat updated successfully"})");
  CHECK(box.post(web::post_instance_crash, id) ==
        R"(200 {"status":"success","message":"Crash reported successfully"})");
  CHECK(box.post(web::post_instance_stop, id) == R"(200 {"status":"success","message":"Stop reported successfully"})");
  box.desk.reply = Reply::kUnknown;
  CHECK(box.post(web::post_instance_alive, id) == error(404, "No instance has this instance_id"));
  box.desk.reply = Reply::kNotStored;
  CHECK(box.post(web::post_instance_alive, id).starts_with("503 "));
  box.desk.reply = Reply::kRunning;
  CHECK(box.post(web::post_instance_start, R"({"scrapper_key":"k"})") ==
        error(409, "Failed to register instance - scrapper key may already be running"));
  box.desk.reply = Reply::kFull;
  CHECK(box.post(web::post_instance_start, R"({"scrapper_key":"k"})").starts_with("503 "));
}

TEST_CASE("the answer to a start, once it is on the disk") {
  std::array<char, 4096> room;
  net::HttpResponse response(room);
  web::write_started({.id = "h_k\"_00000001", .key = "k\"", .host = "h"}, response);
  CHECK(response.body().view() == R"({"status":"success","instance_id":"h_k\"_00000001","scrapper_key":"k\"",)"
                                  R"("message":"Instance registered successfully"})");
}

TEST_CASE("the list is written in pieces, whatever is in the texts") {
  Box box;
  const rules::InstanceWatch::Options options{.stale_after = 600s, .max_notifications = 3};
  const std::string worst(rules::InstanceWatch::kErrorBytes, '\x01');
  for (int i = 0; i < 100; ++i) {
    const rules::InstanceWatch::Moment moment{base::SteadyTime(1h), base::WallTime(std::chrono::seconds(i))};
    const std::string key = std::to_string(i) + std::string(200, '"');
    REQUIRE(box.desk.watch->start(key, "h", static_cast<std::uint32_t>(i), moment, options) ==
            rules::InstanceWatch::Outcome::kDone);
    box.desk.watch->crash(std::string(box.desk.watch->find(key)->id), worst, moment);
  }
  net::HttpRequest request;
  web::Context context{.site = box.site, .request = request};
  std::array<char, 24576> room;
  net::HttpResponse response(room);
  web::get_registered(context, response);
  REQUIRE(response.source() != nullptr);
  std::string text;
  net::BodySource::Fill fill{};
  do {
    std::array<char, net::BodySource::kPieceBytes> piece_room;
    base::TextWriter piece(piece_room);
    fill = response.source()->fill(piece);
    REQUIRE_FALSE(piece.overflowed());
    REQUIRE_FALSE(piece.view().empty());
    text += piece.view();
  } while (fill == net::BodySource::Fill::kMore);
  CHECK(fill == net::BodySource::Fill::kDone);
  CHECK(text.starts_with(R"({"status":"success","instances":[{"instance_id":"h_99\")"));
  CHECK(text.ends_with(R"(,"notification_count":0}],"count":100})"));
}

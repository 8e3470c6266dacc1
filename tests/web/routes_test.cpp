// SPDX-License-Identifier: MIT
#include "web/routes.h"

#include <doctest/doctest.h>

#include <array>
#include <string>

#include "made_view.h"

namespace {

using lib::HttpMethod;

struct Answer {
  std::uint16_t status;
  std::string text;  // head and body
};

Answer ask(HttpMethod method, std::string_view path, MadeView& view) {
  const os::SystemClock clock;
  web::Access access(clock);
  access.configure({.base_path = "/limpet/"});
  web::MetricsStream metrics_stream(view);
  web::AlertsStream alerts_stream(view, view.database());
  web::Routes routes({view, access, metrics_stream, alerts_stream});
  std::array<char, 8192> room;
  net::HttpResponse response(room);
  routes.answer({.method = method, .path = path}, response);
  return {response.status(), std::string(response.finish({}))};
}
Answer ask(HttpMethod method, std::string_view path) {
  MadeView view;
  return ask(method, path, view);
}

bool contains(const std::string& text, std::string_view word) { return text.find(word) != std::string::npos; }

}  // namespace

TEST_CASE("the routes") {
  struct Case {
    const char* reason;
    HttpMethod method;
    const char* path;
    unsigned status;
    const char* word;
  };
  const Case cases[] = {
      {"status is text", HttpMethod::kGet, "/status", 200, "Content-Type: text/plain; charset=utf-8\r\n"},
      {"status is of this box", HttpMethod::kGet, "/status", 200, "box: limpet 1.2.3"},
      {"memory", HttpMethod::kGet, "/memory", 200, "database (SQLite)"},
      {"whoami is JSON", HttpMethod::kGet, "/whoami", 200, "Content-Type: application/json\r\n"},
      {"whoami", HttpMethod::kGet, "/whoami", 200, "\r\n\r\n{\"host_name\":\"box\",\"version\":\"1.2.3\"}\n"},
      {"HEAD where GET is", HttpMethod::kHead, "/whoami", 200, "Content-Length: 38\r\n"},
      {"another method", HttpMethod::kPost, "/status", 405, "\r\nAllow: GET, HEAD\r\n"},
      {"another method", HttpMethod::kDelete, "/whoami", 405, "\r\nAllow: GET, HEAD\r\n"},
      {"OPTIONS", HttpMethod::kOptions, "/whoami", 405, "\r\nAllow: GET, HEAD\r\n"},
      {"no such page", HttpMethod::kGet, "/nowhere", 404, "nothing at this address"},
      {"the page is only had compressed", HttpMethod::kGet, "/", 406, "curl --compressed"},
      {"a deep link is the page", HttpMethod::kGet, "/limpet/alerts", 406, ""},
      {"the summary is JSON", HttpMethod::kGet, "/api/summary", 200, "Content-Type: application/json\r\n"},
      {"metrics of this box", HttpMethod::kGet, "/api/hosts/box/metrics", 200, ""},
      {"services of this box", HttpMethod::kGet, "/api/hosts/box/services", 200, ""},
      {"services for a spreadsheet", HttpMethod::kGet, "/api/services.csv", 200, ""},
      {"the past of another box's service", HttpMethod::kGet, "/api/services/other/ssh.service/history", 404,
       "a box of that name"},
      {"the same for a spreadsheet", HttpMethod::kGet, "/api/services/other/ssh.service/export.csv", 404,
       "a box of that name"},
      {"services of another box", HttpMethod::kGet, "/api/hosts/other/services", 404, "a box of that name"},
      {"disks", HttpMethod::kGet, "/api/smart", 200, "Content-Type: application/json\r\n"},
      {"what happened to the network", HttpMethod::kGet, "/api/network/events", 200, "application/json\r\n"},
      {"metrics of another box", HttpMethod::kGet, "/api/hosts/other/metrics", 404,
       "nothing is known of a box of that name"},
      {"no such page, whatever the method", HttpMethod::kPost, "/no", 404, "nothing at this address"},
      {"below the base path", HttpMethod::kGet, "/limpet/whoami", 200, "\"box\""},
      {"the base path twice", HttpMethod::kGet, "/limpet/limpet/whoami", 404, ""},
      {"another base path", HttpMethod::kGet, "/limpets/whoami", 404, ""},
      {"a body that is not told", HttpMethod::kPost, "/login", 411, ""},
      {"errors are JSON", HttpMethod::kGet, "/no", 404,
       "\r\n\r\n{\"status\":\"error\",\"message\":\"there is nothing at this address\"}\n"},
      {"a longer path is another", HttpMethod::kGet, "/status/", 404, ""},
      {"a shorter path is another", HttpMethod::kGet, "/statu", 404, ""},
      {"case matters", HttpMethod::kGet, "/STATUS", 404, ""},
      {"the asterisk", HttpMethod::kOptions, "*", 404, ""},
  };
  for (const Case& c : cases) {
    CAPTURE(c.reason);
    CAPTURE(c.path);
    const Answer answer = ask(c.method, c.path);
    CHECK(answer.status == c.status);
    CHECK(contains(answer.text, c.word));
  }
}

TEST_CASE("the way into the internet, and what is pinged") {
  MadeView view;
  view.layers.rows = {{.layer = "Link", .state = "ok", .text = "eth0"},
                      {.layer = "DNS", .state = "fail", .text = "no answer"}};
  view.targets.rows = {{.target = "gateway", .method = "icmp", .status = "ok", .latency_ms = 0.5F, .loss_percent = {}}};
  CHECK(
      contains(ask(HttpMethod::kGet, "/api/network/latest", view).text,
               R"({"state":"on","path":[{"layer":"Link","state":"ok","text":"eth0"},{"layer":"DNS","state":"fail",)"));
  CHECK(contains(
      ask(HttpMethod::kGet, "/api/network/targets", view).text,
      R"({"items":[{"target":"gateway","method":"icmp","status":"ok","latency_ms":0.5,"packet_loss_percent":null}]})"));
  view.layers.rows.clear();
  view.layers.state = web::ListStatus::State::kOff;
  view.layers.reason = "not looked at";
  CHECK(contains(ask(HttpMethod::kGet, "/api/network/latest", view).text,
                 R"({"state":"off","reason":"not looked at","path":[]})"));
}

TEST_CASE("a host name cannot break the JSON") {
  MadeView view;
  view.host_name = "a\"b\\c\n\x01\xff\xc3\xa9";
  CHECK(contains(ask(HttpMethod::kGet, "/whoami", view).text, R"({"host_name":"a\"b\\c\n\u0001\ufffdé",)"));
}

TEST_CASE("what a list of services is asked for has to be something that there is") {
  MadeView view;
  const auto ask_for = [&view](std::string_view query) {
    const os::SystemClock clock;
    web::Access access(clock);
    access.configure({.base_path = "/"});
    web::MetricsStream metrics_stream(view);
    web::AlertsStream alerts_stream(view, view.database());
    web::Routes routes({view, access, metrics_stream, alerts_stream});
    std::array<char, 8192> room;
    net::HttpResponse response(room);
    routes.answer({.method = HttpMethod::kGet, .path = "/api/services", .query = query}, response);
    return response.status();
  };
  for (const char* const query : {"", "state=failed", "kind=unit&state=running", "name=ssh", "host=other", "other=1"}) {
    CAPTURE(query);
    CHECK(ask_for(query) == 200);
  }
  for (const char* const query : {"state=up", "kind=container", "state=runningrunningrunning", "kind=unitx"}) {
    CAPTURE(query);
    CHECK(ask_for(query) == 400);
  }
}

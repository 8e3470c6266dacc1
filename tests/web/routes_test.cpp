// SPDX-License-Identifier: MIT
#include "web/routes.h"

#include <doctest/doctest.h>

#include <array>
#include <string>

#include "web/json_string.h"

namespace {

using lib::HttpMethod;

class TestView final : public web::View {
 public:
  web::StatusInput status() const override {
    web::StatusInput input;
    input.host_name = host_name;
    input.version = "1.2.3";
    input.tick.interval = std::chrono::seconds(10);
    return input;
  }
  web::MemoryInput memory() const override { return {}; }

  std::string host_name = "box";
};

struct Answer {
  std::uint16_t status;
  std::string text;  // head and body
};

Answer ask(HttpMethod method, std::string_view path, const TestView& view = {}) {
  web::Routes routes(view);
  std::array<char, 8192> room;
  net::HttpResponse response(room);
  routes.answer({method, path, {}}, response);
  return {response.status(), std::string(response.finish({}, net::HttpResponse::Connection::kKeep, false))};
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
      {"no such page", HttpMethod::kGet, "/", 404, "nothing at this address"},
      {"no such page, whatever the method", HttpMethod::kPost, "/no", 404, "nothing at this address"},
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

TEST_CASE("a host name cannot break the JSON") {
  TestView view;
  view.host_name = "a\"b\\c\n\x01\xff\xc3\xa9";
  CHECK(contains(ask(HttpMethod::kGet, "/whoami", view).text, R"({"host_name":"a\"b\\c\u000a\u0001\ufffdé",)"));
}

TEST_CASE("a JSON string") {
  struct Case {
    const char* reason;
    std::string_view text;
    std::string_view json;
  };
  using std::string_view_literals::operator""sv;
  const Case cases[] = {
      {"empty", "", R"("")"},
      {"NUL", "a\0b"sv, R"("a\u0000b")"},
      {"delete is no control character of JSON", "\x7f", "\"\x7f\""},
      {"two, three and four bytes", "é€😀", R"("é€😀")"},
      {"a continuation alone", "\x80", R"("\ufffd")"},
      {"cut off", "\xe2\x82", R"("\ufffd\ufffd")"},
      {"overlong", "\xc0\xaf", R"("\ufffd\ufffd")"},
      {"surrogate", "\xed\xa0\x80", R"("\ufffd\ufffd\ufffd")"},
      {"above the last", "\xf4\x90\x80\x80", R"("\ufffd\ufffd\ufffd\ufffd")"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.reason);
    std::array<char, 100> room;
    base::TextWriter out(room);
    web::append_json_string(out, c.text);
    CHECK(out.view() == c.json);
  }
}

// SPDX-License-Identifier: MIT
#include "lib/http_parser.h"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <utility>
#include <vector>

namespace {

using lib::HttpLimits;
using lib::HttpMethod;
using lib::HttpParser;
using State = lib::HttpParser::State;

struct Recorder final : lib::HttpHandler {
  bool on_target(std::string_view piece) override {
    target += piece;
    return true;
  }
  void on_header(const lib::HttpHeader& header) override {
    headers.emplace_back(header.name, std::string(header.value) + (header.cut ? "…" : ""));
  }
  bool on_headers_complete() override {
    ++headers_complete;
    return accept_header;
  }
  bool on_body(std::string_view piece) override {
    body += piece;
    return accept_body;
  }

  std::string target, body;
  std::vector<std::pair<std::string, std::string>> headers;
  int headers_complete = 0;
  bool accept_header = true;
  bool accept_body = true;
};

struct Parsed {
  Recorder seen;
  std::array<char, 64> room{};
  HttpParser parser{seen, room};

  // Feeds `text` in pieces of `step` bytes until it ends, the message ends, or it fails; returns the bytes used.
  std::size_t feed(std::string_view text, std::size_t step) {
    std::size_t used = 0;
    while (used < text.size()) {
      const HttpParser::Progress progress = parser.feed(text.substr(used, step));
      used += progress.used;
      if (progress.state != State::kMore) break;
    }
    return used;
  }
};

constexpr std::size_t kSteps[] = {1, 2, 3, 7, 64, 100000};

}  // namespace

TEST_CASE("a request is read the same in pieces of any size") {
  const std::string_view text =
      "POST /instance/alive?x=1 HTTP/1.1\r\nHost: box\r\nX-API-Key: \t secret \t\r\nX-Empty:\r\n"
      "Content-Length: 5\r\n\r\nhello";
  for (const std::size_t step : kSteps) {
    CAPTURE(step);
    Parsed p;
    p.parser.start_request();
    CHECK(p.parser.untouched());
    CHECK(p.feed(text, step) == text.size());
    CHECK(p.parser.state() == State::kComplete);
    CHECK_FALSE(p.parser.untouched());
    CHECK(p.parser.method() == HttpMethod::kPost);
    CHECK(p.seen.target == "/instance/alive?x=1");
    REQUIRE(p.seen.headers.size() == 4);
    CHECK(p.seen.headers[0] == std::pair<std::string, std::string>("host", "box"));
    CHECK(p.seen.headers[1] == std::pair<std::string, std::string>("x-api-key", "secret"));
    CHECK(p.seen.headers[2] == std::pair<std::string, std::string>("x-empty", ""));
    CHECK(p.seen.headers_complete == 1);
    CHECK(p.seen.body == "hello");
    CHECK(p.parser.body_bytes() == 5);
    CHECK(p.parser.host_count() == 1);
    CHECK(p.parser.keep_alive());
  }
}

TEST_CASE("two requests in one write: the bytes of the second are left") {
  const std::string_view first = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";
  const std::string_view second = "GET /b HTTP/1.0\r\n\r\n";
  const std::string both = std::string(first) + std::string(second);
  for (const std::size_t step : kSteps) {
    CAPTURE(step);
    Parsed p;
    p.parser.start_request();
    REQUIRE(p.feed(both, step) == first.size());
    CHECK(p.parser.state() == State::kComplete);
    CHECK(p.parser.feed("more").used == 0);
    p.seen.target.clear();
    p.parser.start_request();
    CHECK(p.feed(std::string_view(both).substr(first.size()), step) == second.size());
    CHECK(p.parser.state() == State::kComplete);
    CHECK(p.seen.target == "/b");
    CHECK(p.parser.is_http_1_0());
    CHECK_FALSE(p.parser.keep_alive());
  }
}

TEST_CASE("chunks are put together, trailers and extensions are not told") {
  const std::string_view text =
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
      "5;name=value\r\nhello\r\n6\r\n world\r\n0\r\nX-Trailer: 1\r\nHost: y\r\n\r\nGET";
  for (const std::size_t step : kSteps) {
    CAPTURE(step);
    Parsed p;
    p.parser.start_request();
    CHECK(p.feed(text, step) == text.size() - 3);
    CHECK(p.parser.state() == State::kComplete);
    CHECK(p.seen.body == "hello world");
    CHECK(p.seen.headers.size() == 2);
    CHECK(p.parser.host_count() == 1);
  }
}

TEST_CASE("hostile and wrong requests fail with the status that says why") {
  const std::string host = "Host: x\r\n";
  struct Case {
    const char* reason;
    std::string text;
    unsigned status;
  };
  const Case cases[] = {
      {"garbage", "\x01\x02\x03", 400},
      {"a TLS hello", std::string("\x16\x03\x01\x02\x00\x01", 6), 400},
      {"unknown method", "BREW /pot HTTP/1.1\r\n" + host + "\r\n", 501},
      {"methods are case-sensitive", "get / HTTP/1.1\r\n" + host + "\r\n", 501},
      {"CONNECT", "CONNECT a:1 HTTP/1.1\r\n" + host + "\r\n", 501},
      {"HTTP/0.9", "GET /\r\n\r\n", 505},
      {"a request line without a version", "GET /\r\nHost: x\r\n\r\n", 505},
      {"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
      {"HTTP/2.0 in a request line", "GET / HTTP/2.0\r\n" + host + "\r\n", 505},
      {"HTTP/1.9", "GET / HTTP/1.9\r\n" + host + "\r\n", 505},
      {"other protocol", "GET / ICY/1.0\r\n\r\n", 400},
      {"bare LF after the request line", "GET / HTTP/1.1\nHost: x\r\n\r\n", 400},
      {"bare LF after a header", "GET / HTTP/1.1\r\nHost: x\n\r\n", 400},
      {"bare LF at the end", "GET / HTTP/1.1\r\nHost: x\r\n\n", 400},
      {"bare CR", "GET / HTTP/1.1\rHost: x\r\n\r\n", 400},
      {"folded header line", "GET / HTTP/1.1\r\nHost: x\r\n y\r\n\r\n", 400},
      {"space before the colon", "GET / HTTP/1.1\r\nHost : x\r\n\r\n", 400},
      {"NUL in a header", std::string("GET / HTTP/1.1\r\nHost: x\0y\r\n\r\n", 28), 400},
      {"control character in the target", "GET /\x01 HTTP/1.1\r\n" + host + "\r\n", 400},
      {"two lengths", "POST / HTTP/1.1\r\n" + host + "Content-Length: 1\r\nContent-Length: 1\r\n\r\na", 400},
      {"two lengths in one", "POST / HTTP/1.1\r\n" + host + "Content-Length: 1, 1\r\n\r\na", 400},
      {"negative length", "POST / HTTP/1.1\r\n" + host + "Content-Length: -1\r\n\r\n", 400},
      {"length with a sign", "POST / HTTP/1.1\r\n" + host + "Content-Length: +1\r\n\r\na", 400},
      {"length over 64 bits", "POST / HTTP/1.1\r\n" + host + "Content-Length: 99999999999999999999\r\n\r\n", 400},
      {"length and chunks",
       "POST / HTTP/1.1\r\n" + host + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {"chunks and length",
       "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n0\r\n\r\n", 400},
      {"chunked not last", "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked, gzip\r\n\r\n", 400},
      {"chunk size is no number", "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n", 400},
      {"chunk size over 64 bits",
       "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n", 400},
      {"chunk longer than it says",
       "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n", 400},
      {"target over 1024 bytes", "GET /" + std::string(1024, 'a') + " HTTP/1.1\r\n" + host + "\r\n", 414},
      {"body over the cap, told", "POST / HTTP/1.1\r\n" + host + "Content-Length: 16385\r\n\r\n", 413},
      {"body over the cap, in chunks",
       "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n4001\r\n" + std::string(16385, 'b'), 413},
      {"endless chunk extension",
       "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n1;" + std::string(8193, 'e'), 431},
      {"endless trailers",
       "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n0\r\nT: " + std::string(8192, 't'), 431},
      {"endless empty lines before the request",
       [] {
         std::string lines;
         for (int i = 0; i < 5000; ++i) lines += "\r\n";
         return lines;
       }(),
       431},
  };
  for (const Case& c : cases) {
    for (const std::size_t step : kSteps) {
      CAPTURE(c.reason);
      CAPTURE(step);
      Parsed p;
      p.parser.start_request();
      p.feed(c.text, step);
      CHECK(p.parser.state() == State::kFailed);
      CHECK(p.parser.failure().status == c.status);
      CHECK(std::string_view(p.parser.failure().text).size() > 0);
      CHECK(p.parser.feed("GET / HTTP/1.1\r\n\r\n").state == State::kFailed);
    }
  }
}

TEST_CASE("a header of exactly the limit passes, one byte more is 431") {
  const std::string start = "GET / HTTP/1.1\r\nHost: x\r\nX: ";
  for (const std::size_t over : {0U, 1U}) {
    for (const std::size_t step : kSteps) {
      CAPTURE(over);
      CAPTURE(step);
      const std::string text = start + std::string(8192 + over - start.size() - 4, 'v') + "\r\n\r\n";
      REQUIRE(text.size() == 8192 + over);
      Parsed p;
      p.parser.start_request();
      p.feed(text, step);
      CHECK(p.parser.state() == (over == 0 ? State::kComplete : State::kFailed));
      if (over != 0) CHECK(p.parser.failure().status == 431);
    }
  }
}

TEST_CASE("a body of exactly the limit passes") {
  const std::string text = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 16384\r\n\r\n" + std::string(16384, 'b');
  Parsed p;
  p.parser.start_request();
  p.feed(text, 1000);
  CHECK(p.parser.state() == State::kComplete);
  CHECK(p.seen.body.size() == 16384);
}

TEST_CASE("a value longer than its room is told as cut, a name longer than anybody's is not told") {
  Parsed p;
  p.parser.start_request();
  p.feed("GET / HTTP/1.1\r\nA: " + std::string(65, 'v') + "\r\nB: " + std::string(64, 'w') + "\r\n" +
             std::string(33, 'n') + ": 1\r\n\r\n",
         5);
  REQUIRE(p.seen.headers.size() == 2);
  CHECK(p.seen.headers[0].second == std::string(64, 'v') + "…");
  CHECK(p.seen.headers[1].second == std::string(64, 'w'));
}

TEST_CASE("what else a request says") {
  Parsed p;
  SUBCASE("a wish to change the protocol is ignored") {
    p.parser.start_request();
    const std::string_view text = "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n";
    CHECK(p.feed(text, 9) == text.size());
    CHECK(p.parser.state() == State::kComplete);
  }
  SUBCASE("Expect: 100-continue") {
    p.parser.start_request();
    p.feed("PUT / HTTP/1.1\r\nHost: x\r\nExpect: 100-Continue\r\nContent-Length: 3\r\n\r\n", 9);
    CHECK(p.parser.state() == State::kMore);
    CHECK(p.parser.expects_continue());
    CHECK(p.parser.has_body());
  }
  SUBCASE("Connection: close") {
    p.parser.start_request();
    p.feed("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 9);
    CHECK_FALSE(p.parser.keep_alive());
  }
  SUBCASE("HTTP/1.0 with keep-alive") {
    p.parser.start_request();
    p.feed("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", 9);
    CHECK(p.parser.keep_alive());
    CHECK(p.parser.host_count() == 0);
  }
  SUBCASE("two hosts") {
    p.parser.start_request();
    p.feed("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nHost: c\r\n\r\n", 9);
    CHECK(p.parser.host_count() == 2);
  }
  SUBCASE("a method that nothing here uses is a proper request") {
    p.parser.start_request();
    p.feed("PROPFIND / HTTP/1.1\r\nHost: a\r\n\r\n", 9);
    CHECK(p.parser.state() == State::kComplete);
    CHECK(p.parser.method() == HttpMethod::kOther);
  }
  SUBCASE("the receiver gives up at the header") {
    p.seen.accept_header = false;
    p.parser.start_request();
    p.feed("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", 9);
    CHECK(p.parser.state() == State::kFailed);
    CHECK(p.seen.body.empty());
  }
  SUBCASE("the receiver gives up at the body") {
    p.seen.accept_body = false;
    p.parser.start_request();
    p.feed("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", 200);
    CHECK(p.parser.state() == State::kFailed);
  }
}

TEST_CASE("an answer is read the same in pieces of any size") {
  struct Case {
    const char* reason;
    std::string text;
    unsigned status;
    std::string body;
    bool keep_alive;
  };
  const Case cases[] = {
      {"with a length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, "hello", true},
      {"in chunks, as Docker's", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n[{}\r\n1\r\n]\r\n0\r\n\r\n",
       200, "[{}]", true},
      {"no content, whatever the length", "HTTP/1.1 204 No Content\r\nContent-Length: 7\r\n\r\n", 204, "", true},
      {"not modified, with the length of what was not sent", "HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n",
       304, "", true},
      {"no reason phrase", "HTTP/1.1 404 \r\nContent-Length: 0\r\n\r\n", 404, "", true},
      {"interim answers come before",
       "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"
       "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
       200, "ok", true},
      {"an old server", "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", 200, "ok", false},
  };
  for (const Case& c : cases) {
    for (const std::size_t step : kSteps) {
      CAPTURE(c.reason);
      CAPTURE(step);
      Parsed p;
      p.parser.start_response();
      CHECK(p.feed(c.text, step) == c.text.size());
      CHECK(p.parser.state() == State::kComplete);
      CHECK(p.parser.status() == c.status);
      CHECK(p.seen.body == c.body);
      CHECK(p.seen.headers_complete == 1);
      for (const auto& [name, value] : p.seen.headers) CHECK(name != "link");
      CHECK(p.parser.keep_alive() == c.keep_alive);
      CHECK(p.parser.finish() == State::kComplete);
    }
  }
}

TEST_CASE("an answer that ends with the connection") {
  Parsed p;
  p.parser.start_response();
  p.feed("HTTP/1.1 200 OK\r\n\r\nall of it", 4);
  CHECK(p.parser.state() == State::kMore);
  CHECK(p.parser.finish() == State::kComplete);
  CHECK(p.seen.body == "all of it");
  CHECK_FALSE(p.parser.keep_alive());
}

TEST_CASE("the answer to HEAD has no body") {
  Parsed p;
  p.parser.start_response({}, true);
  const std::string_view text = "HTTP/1.1 200 OK\r\nContent-Length: 500000\r\n\r\n";
  CHECK(p.feed(text, 4) == text.size());
  CHECK(p.parser.state() == State::kComplete);
  CHECK(p.parser.keep_alive());
}

TEST_CASE("a connection that ends inside the message is a failure") {
  for (const std::string_view text : {
           std::string_view(""),
           std::string_view("HTT"),
           std::string_view("HTTP/1.1 200 OK\r\nContent-"),
           std::string_view("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell"),
           std::string_view("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"),
           std::string_view("HTTP/1.1 100 Continue\r\n\r\n"),
       }) {
    CAPTURE(text);
    Parsed p;
    p.parser.start_response();
    p.feed(text, 3);
    CHECK(p.parser.finish() == State::kFailed);
  }
}

TEST_CASE("answers that are refused") {
  HttpLimits limits;
  limits.body_bytes = 10;
  struct Case {
    const char* reason;
    std::string text;
  };
  std::string interim;
  for (int i = 0; i < 1000; ++i) interim += "HTTP/1.1 100 Continue\r\n\r\n";
  const Case cases[] = {
      {"not HTTP", "220 mail.example.com ESMTP\r\n"},
      {"another protocol", "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"},
      {"interim answers without end", interim},
      {"over the cap with a length", "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n"},
      {"over the cap until the end", "HTTP/1.1 200 OK\r\n\r\n0123456789x"},
      {"over the cap in chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n0123456789x\r\n"},
      {"two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"},
      {"status of two digits", "HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n"},
  };
  for (const Case& c : cases) {
    for (const std::size_t step : kSteps) {
      CAPTURE(c.reason);
      CAPTURE(step);
      Parsed p;
      p.parser.start_response(limits);
      p.feed(c.text, step);
      CHECK(p.parser.state() == State::kFailed);
    }
  }
}

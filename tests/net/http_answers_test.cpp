// SPDX-License-Identifier: MIT
// Bodies that come in, and answers that are not one short text: in pieces, constant, or later.
#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include "fakes/http_box.h"
#include "lib/http_parser.h"

namespace {

using namespace std::chrono_literals;
using fakes::HttpBox;
using fakes::HttpPeer;
using fakes::kGet;
using fakes::status_of;
using net::HttpConnection;

std::string get(std::string_view target) { return "GET " + std::string(target) + " HTTP/1.1\r\nHost: x\r\n\r\n"; }

std::string rows(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += "row " + std::to_string(i) + "\n";
  return text;
}

struct Body final : lib::HttpHandler {
  bool on_body(std::string_view piece) override {
    text.append(piece);
    return true;
  }
  std::string text;
};

// What the answer's framing gives; "not whole" when the last chunk is missing.
std::string body_of(const std::string& answer) {
  Body body;
  std::array<char, 256> room;
  lib::HttpParser parser(body, room);
  lib::HttpLimits limits;
  limits.body_bytes = lib::HttpLimits::kNoBodyLimit;
  parser.start_response(limits);
  return parser.feed(answer).state == lib::HttpParser::State::kComplete ? body.text : "not whole";
}

}  // namespace

TEST_CASE("a body is given whole, wherever it had to be kept") {
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, std::size_t{900}, std::size_t{1100}, std::size_t{16384}}) {
    CAPTURE(size);
    HttpBox box;
    HttpPeer peer(box);
    std::string body;
    for (std::size_t i = 0; i < size; ++i) body += static_cast<char>('a' + i % 26);
    peer.send("POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n" + body);
    const std::string answer = peer.receive();
    // The answer to a body that needs a large buffer has to go behind it.
    if (size < 8000) {
      CHECK(body_of(answer) == body + "\n");
    } else {
      CHECK(status_of(answer) == 500);
    }
    peer.send(kGet);
    CHECK(status_of(peer.receive()) == 200);
  }
}

TEST_CASE("a body in chunks, byte by byte") {
  HttpBox box;
  HttpPeer peer(box);
  std::string request = "POST /body HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  std::string body;
  for (int i = 0; i < 150; ++i) {
    request += "b\r\nhello world\r\n";
    body += "hello world";
  }
  request += "0\r\n\r\n";
  for (const char c : request) peer.send({&c, 1});
  CHECK(body_of(peer.receive()) == body + "\n");
}

TEST_CASE("a body for which no room is left is 503, and the connection ends") {
  HttpBox box;
  std::vector<std::unique_ptr<HttpPeer>> others;
  for (std::size_t i = 0; i < base::limits::kHttpLargeBuffers; ++i) {
    others.push_back(std::make_unique<HttpPeer>(box));
    others.back()->send("POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 16000\r\n\r\n" + std::string(9000, 'b'));
  }
  HttpPeer peer(box);
  peer.send("POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 9000\r\n\r\n" + std::string(9000, 'b'));
  CHECK(status_of(peer.receive()) == 503);
  CHECK(peer.ended);
  const auto another = HttpPeer::of_another_process(box);
  another->send("POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 2000\r\n\r\n" + std::string(2000, 'b'));
  CHECK(status_of(another->receive()) == 200);
}

TEST_CASE("a body that no route takes is not kept, and nobody is asked to send it") {
  HttpBox box;
  HttpPeer peer(box);
  peer.send("POST /other HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 9000\r\n\r\n");
  CHECK(peer.receive().empty());
  peer.send(std::string(9000, 'b'));
  CHECK(body_of(peer.receive()) == "/other \n");
}

TEST_CASE("the header fields that are asked for") {
  HttpBox box;
  HttpPeer peer(box);
  peer.send(
      "GET /fields HTTP/1.1\r\nHost: pi:8080\r\nx-api-key: secret\r\nCookie: a=1; limpet=token; b=2\r\n"
      "Origin: http://pi:8080\r\nX-Forwarded-For: 192.0.2.1, 203.0.113.9\r\nIf-None-Match: \"tag\"\r\n"
      "Last-Event-ID: 77\r\nAccept-Encoding: br, gzip\r\n\r\n");
  CHECK(body_of(peer.receive()) == "secret|token|pi:8080|http://pi:8080|203.0.113.9|\"tag\"|77|forwarded|gzip");
  peer.send("GET /fields HTTP/1.1\r\nHost: pi\r\nauthorization: bEARER other\r\nAccept-Encoding: gzip;q=0\r\n\r\n");
  CHECK(body_of(peer.receive()) == "other||pi||||||");
  peer.send("GET /fields HTTP/1.1\r\nHost: pi\r\nAuthorization: Basic eDp5\r\nAccept-Encoding: gzip;q=0.5\r\n\r\n");
  CHECK(body_of(peer.receive()) == "||pi||||||gzip");
}

TEST_CASE("an answer in pieces has chunks when it is long and a length when it is not") {
  HttpBox box;
  HttpPeer peer(box);
  for (const int count : {0, 1, 1500, 5000, 100000}) {
    CAPTURE(count);
    peer.send(get("/rows?" + std::to_string(count)));
    const std::string answer = peer.receive();
    CHECK(body_of(answer) == rows(count));
    const bool chunked = answer.find("Transfer-Encoding: chunked\r\n") != std::string::npos;
    CHECK(chunked == (count > 1500));
    CHECK(chunked != (answer.find("Content-Length: ") != std::string::npos));
    CHECK(box.service.sources == 0);
  }
  peer.send(kGet);
  CHECK(status_of(peer.receive()) == 200);
}

TEST_CASE("an answer in pieces to HTTP/1.0 ends with the connection, to HEAD with its header") {
  HttpBox box;
  HttpPeer old(box);
  old.send("GET /rows?50000 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  const std::string answer = old.receive();
  CHECK(answer.ends_with("\r\n\r\n" + rows(50000)));
  CHECK(answer.find("chunked") == std::string::npos);
  CHECK(old.ended);
  HttpPeer head(box);
  head.send("HEAD /rows?50000 HTTP/1.1\r\nHost: x\r\n\r\n" + std::string(kGet));
  CHECK(head.receive().find("chunked\r\n") != std::string::npos);
  CHECK(box.service.sources == 0);
}

TEST_CASE("pieces that cannot be had: 500 when nothing went out, else the connection is cut") {
  HttpBox box;
  HttpPeer peer(box);
  peer.send(get("/broken?10"));
  CHECK(status_of(peer.receive()) == 500);
  peer.send(get("/broken?100000"));
  const std::string answer = peer.receive();
  CHECK(status_of(answer) == 200);
  CHECK(body_of(answer) == "not whole");
  CHECK(peer.ended);
  CHECK(box.service.sources == 0);
}

TEST_CASE("who does not read its pieces is dropped at its deadline; who reads slowly is not") {
  HttpBox box;
  HttpPeer stuck(box);
  stuck.send(get("/rows?1000000"));
  HttpPeer slow(box);
  slow.send(get("/rows?1000000"));
  std::string read;
  for (int i = 0; i < 4; ++i) {
    char bytes[100000];
    const ssize_t got = ::recv(slow.fd(), bytes, sizeof bytes, MSG_WAITALL);
    read.append(bytes, static_cast<std::size_t>(got));
    box.advance(HttpConnection::kWriteTimeout - 1s);
  }
  CHECK(box.service.sources == 1);
  CHECK(box.server.statistics().timed_out == 1);
  read += slow.receive();
  CHECK(body_of(read) == rows(1000000));
}

TEST_CASE("a constant body is sent from where it is") {
  HttpBox box;
  HttpPeer peer(box);
  peer.send(get("/constant") + get("/constant") + "HEAD /constant HTTP/1.1\r\nHost: x\r\n\r\n");
  const std::string answer = peer.receive();
  CHECK(fakes::count(answer, "ETag: \"c\"\r\n") == 3);
  CHECK(fakes::count(answer, fakes::HttpEcho::kConstant) == 2);
  CHECK(fakes::count(answer, "Content-Length: 50000\r\n") == 3);
}

TEST_CASE("a deferred answer: nothing else is done for the peer until it is there") {
  HttpBox box;
  HttpPeer peer(box);
  peer.send(get("/later") + get("/short"));
  CHECK(peer.receive().empty());
  const std::uint64_t callbacks = box.loop.statistics().callbacks;
  box.pump(50);
  CHECK(box.loop.statistics().callbacks == callbacks);
  const auto write = [](net::HttpResponse& response) { response.body().append("stored\n"); };
  CHECK(box.server.complete(box.service.ticket, write));
  const std::string answers = peer.receive();
  CHECK(answers.find("stored\n") < answers.find("/short \n"));
  CHECK_FALSE(box.server.complete(box.service.ticket, write));
}

TEST_CASE("a deferred answer that comes too late, or for nobody") {
  HttpBox box;
  const auto write = [](net::HttpResponse& response) { response.body().append("stored\n"); };
  HttpPeer peer(box);
  peer.send(get("/later"));
  box.advance(HttpConnection::kPendingTimeout);
  CHECK(status_of(peer.receive()) == 503);
  CHECK_FALSE(box.server.complete(box.service.ticket, write));
  HttpPeer gone(box);
  gone.send(get("/later"));
  gone.close();
  CHECK_FALSE(box.server.complete(box.service.ticket, write));
  HttpPeer other(box);  // in the slot that has become free
  other.send(get("/later"));
  CHECK_FALSE(box.server.complete({.slot = box.service.ticket.slot, .serial = box.service.ticket.serial - 1}, write));
  CHECK_FALSE(box.server.complete({.slot = 999, .serial = 0}, write));
  CHECK(box.server.complete(box.service.ticket, write));
}

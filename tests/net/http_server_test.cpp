// SPDX-License-Identifier: MIT
// The server, asked properly and improperly over a real socket.
#include "net/http_server.h"

#include <doctest/doctest.h>

#include <string>

#include "fakes/http_box.h"

namespace {

using namespace std::chrono_literals;
using fakes::count;
using fakes::HttpBox;
using fakes::HttpPeer;
using fakes::kGet;
using fakes::status_line;
using fakes::status_of;
using net::HttpConnection;

}  // namespace

TEST_CASE("an answer, whole") {
  HttpBox box;
  HttpPeer peer(box);
  peer.send("GET /a?b=c HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(peer.receive() ==
        "HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Type: text/plain; charset=utf-8\r\n"
        "Content-Length: 7\r\nCache-Control: no-store\r\n"
        "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"
        "X-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\n\r\n/a b=c\n");
  CHECK_FALSE(peer.ended);
}

TEST_CASE("HEAD gives the length of GET and no body") {
  HttpBox box;
  HttpPeer peer(box);
  peer.send("HEAD /long HTTP/1.1\r\nHost: x\r\n\r\n");
  const std::string answer = peer.receive();
  CHECK(answer.find("Content-Length: 20000\r\n") != std::string::npos);
  CHECK(answer.ends_with("\r\n\r\n"));
  CHECK_FALSE(peer.ended);
}

TEST_CASE("the connection is kept or closed as the request wants") {
  struct Case {
    const char* request;
    const char* field;  // that the answer has
    bool ended;
  };
  const Case cases[] = {
      {"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "\r\n\r\n", false},
      {"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "Connection: close", true},
      {"GET / HTTP/1.0\r\n\r\n", "Connection: close", true},
      {"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "Connection: keep-alive", false},
  };
  for (const Case& c : cases) {
    CAPTURE(c.request);
    HttpBox box;
    HttpPeer peer(box);
    peer.send(c.request);
    const std::string answer = peer.receive();
    CHECK(status_of(answer) == 200);
    CHECK(answer.find(c.field) != std::string::npos);
    CHECK(peer.ended == c.ended);
    peer.close();
    CHECK(box.server.connection_count() == 0);
  }
}

TEST_CASE("two requests in one write are answered one after the other") {
  HttpBox box;
  HttpPeer peer(box);
  peer.send("GET /one HTTP/1.1\r\nHost: x\r\n\r\nGET /two HTTP/1.1\r\nHost: x\r\n\r\n");
  const std::string answer = peer.receive();
  CHECK(count(answer, "HTTP/1.1 200 OK") == 2);
  CHECK(answer.find("/one") < answer.find("/two"));
}

TEST_CASE("a body is taken off the line and the next request is found after it") {
  HttpBox box;
  HttpPeer peer(box);
  peer.send("POST /one HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n" + std::string(5000, 'G') +
            "POST /two HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nGET\r\n0\r\n\r\n" +
            std::string(kGet));
  CHECK(count(peer.receive(), "HTTP/1.1 200 OK") == 3);
}

TEST_CASE("who asks before sending the body is told to go on") {
  HttpBox box;
  HttpPeer peer(box);
  peer.send("POST /body HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  CHECK(peer.receive() == "HTTP/1.1 100 Continue\r\n\r\n");
  peer.send("ab");
  CHECK(status_of(peer.receive()) == 200);
}

TEST_CASE("each refusal has its status, and the connection ends after it") {
  struct Case {
    const char* reason;
    std::string request;
    int status;
  };
  const std::string host = "Host: x\r\n";
  const Case cases[] = {
      {"header of 8 KiB + 1", "GET / HTTP/1.1\r\n" + host + "X: " + std::string(8193, 'a'), 431},
      {"target too long", "GET /" + std::string(HttpConnection::kTargetBytes, 'a') + " HTTP/1.1\r\n", 414},
      {"body over the cap, told",
       "POST / HTTP/1.1\r\n" + host + "Content-Length: 16385\r\n\r\n" + std::string(16385, 'b'), 413},
      {"body over the cap, in chunks",
       "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n9000\r\n" + std::string(36864, 'b'), 413},
      {"bare LF", "GET / HTTP/1.1\nHost: x\n\n", 400},
      {"folded header line", "GET / HTTP/1.1\r\nHost: x\r\n y\r\n\r\n", 400},
      {"two lengths", "POST / HTTP/1.1\r\n" + host + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400},
      {"length and chunks",
       "POST / HTTP/1.1\r\n" + host + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {"unknown method", "BREW / HTTP/1.1\r\n" + host + "\r\n", 501},
      {"HTTP/0.9", "GET /\r\n\r\n", 505},
      {"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
      {"a TLS hello", std::string("\x16\x03\x01\x02\x00\x01\x00", 7), 400},
      {"a target that is none", "GET nowhere HTTP/1.1\r\n" + host + "\r\n", 400},
      {"more fields than are kept",
       "GET /" + std::string(760, 'a') + " HTTP/1.1\r\n" + host + "X-API-Key: " + std::string(250, 'k') +
           "\r\nOrigin: " + std::string(250, 'o') + "\r\n\r\n",
       431},
      {"no host", "GET / HTTP/1.1\r\n\r\n", 400},
      {"two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
  };
  for (const Case& c : cases) {
    CAPTURE(c.reason);
    HttpBox box;
    HttpPeer peer(box);
    // A second request must not be found in what was refused.
    peer.send(c.request + std::string(kGet));
    const std::string answer = peer.receive();
    CHECK(status_of(answer) == c.status);
    CHECK(count(answer, "\r\nDate: ") == 1);
    CHECK(answer.find("Connection: close") != std::string::npos);
    CHECK(peer.ended);
    CHECK(box.service.calls == 0);
    peer.close();
    CHECK(box.server.connection_count() == 0);
  }
}

TEST_CASE("a refusal that leaves the connection open") {
  HttpBox box;
  HttpPeer peer(box);
  peer.send("PROPFIND / HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(status_line(peer.receive()) == "HTTP/1.1 501 Not Implemented");
  peer.send(kGet);
  CHECK(status_of(peer.receive()) == 200);
}

TEST_CASE("an answer longer than any room is 500, the next one is served") {
  HttpBox box;
  HttpPeer peer(box);
  peer.send("GET /huge HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(status_of(peer.receive()) == 500);
  peer.send(kGet);
  CHECK(status_of(peer.receive()) == 200);
}

TEST_CASE("half-close: what was asked before is answered") {
  HttpBox box;
  HttpPeer peer(box);
  peer.send(kGet);
  peer.half_close();
  CHECK(status_of(peer.receive()) == 200);
  CHECK(peer.ended);
  CHECK(box.server.connection_count() == 0);

  HttpPeer inside(box);
  inside.send("GET / HTT");
  inside.half_close();
  CHECK(status_of(inside.receive()) == 400);
  CHECK(inside.ended);
  CHECK(box.server.connection_count() == 0);
}

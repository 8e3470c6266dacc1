// SPDX-License-Identifier: MIT
// Streams of events (Server-Sent Events).
#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include "fakes/http_box.h"

namespace {

using namespace std::chrono_literals;
using fakes::count;
using fakes::HttpBox;
using fakes::HttpPeer;
using fakes::status_of;
using net::HttpConnection;

std::unique_ptr<HttpPeer> follow(HttpBox& box, int position) {
  auto peer = std::make_unique<HttpPeer>(box);
  peer->send("GET /events?" + std::to_string(position) + " HTTP/1.1\r\nHost: x\r\n\r\n");
  return peer;
}

}  // namespace

TEST_CASE("a stream begins, goes on where its peer was, and brings what is new") {
  HttpBox box;
  box.service.events.newest = 7;
  const auto peer = follow(box, 5);
  const std::string begin = peer->receive();
  CHECK(status_of(begin) == 200);
  CHECK(begin.find("Content-Type: text/event-stream\r\n") != std::string::npos);
  CHECK(begin.find("Content-Length") == std::string::npos);
  CHECK(begin.ends_with("\r\n\r\nretry: 10000\n\nid: 6\ndata: new\n\nid: 7\ndata: new\n\n"));
  box.service.events.newest = 8;
  box.server.wake(box.service.events);
  CHECK(peer->receive() == "id: 8\ndata: new\n\n");
  box.server.wake(box.service.events);
  CHECK(peer->receive().empty());
  peer->close();
  CHECK(box.server.connection_count() == 0);
}

TEST_CASE("a keepalive after 15 s without an event") {
  HttpBox box;
  const auto peer = follow(box, 0);
  peer->receive();
  box.advance(14s);
  box.service.events.newest = 1;
  box.server.wake(box.service.events);
  CHECK(peer->receive() == "id: 1\ndata: new\n\n");
  box.advance(14s);
  CHECK(peer->receive().empty());
  box.advance(1s);
  CHECK(peer->receive() == ": keepalive\n\n");
  box.server.wake(box.service.events);
  for (int i = 0; i < 3; ++i) {
    box.advance(15s);
    CHECK(peer->receive() == ": keepalive\n\n");
  }
}

TEST_CASE("many events come in their order, whatever the socket takes at once") {
  HttpBox box;
  box.service.events.text = std::string(1900, 'e');
  box.service.events.newest = 2000;
  const auto peer = follow(box, 0);
  const std::string all = peer->receive();
  CHECK(count(all, "data: e") == 2000);
  CHECK(all.ends_with("id: 2000\ndata: " + box.service.events.text + "\n\n"));
}

TEST_CASE("an event that is too long is left out") {
  HttpBox box;
  const auto peer = follow(box, 0);
  peer->receive();
  box.service.events.text = std::string(2100, 'e');
  box.service.events.newest = 1;
  box.server.wake(box.service.events);
  box.service.events.text = "short";
  box.service.events.newest = 2;
  box.server.wake(box.service.events);
  CHECK(peer->receive() == "id: 2\ndata: short\n\n");
}

TEST_CASE("who does not read its events is dropped at its deadline, the others are not held up") {
  HttpBox box;
  const auto stuck = follow(box, 0);
  const auto reader = follow(box, 0);
  box.service.events.text = std::string(1900, 'e');
  for (int i = 0; i < 500; ++i) {
    ++box.service.events.newest;
    box.server.wake(box.service.events);
    if (i % 10 == 0) reader->receive();
  }
  reader->receive();
  CHECK(box.server.connection_count() == 2);
  box.advance(HttpConnection::kWriteTimeout);
  CHECK(box.server.connection_count() == 1);
  CHECK(box.server.statistics().timed_out == 1);
  ++box.service.events.newest;
  box.server.wake(box.service.events);
  CHECK(reader->receive().starts_with("id: 501\n"));
}

TEST_CASE("no more than eight streams, and one peer does not keep all") {
  HttpBox box;
  std::vector<std::unique_ptr<HttpPeer>> peers;
  for (std::size_t i = 0; i < base::limits::kHttpStreams; ++i) {
    peers.push_back(follow(box, 0));
    CHECK(status_of(peers.back()->receive()) == 200);
  }
  CHECK(status_of(follow(box, 0)->receive()) == 503);
  const auto other = HttpPeer::of_another_process(box);
  other->send("GET /events?0 HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(status_of(other->receive()) == 200);
  CHECK(box.server.statistics().cut_off == 1);
  // An idle stream is not waited for, so that it makes no room among equals.
  box.advance(net::HttpServer::kPatience * 4);
  CHECK(status_of(follow(box, 0)->receive()) == 503);
}

TEST_CASE("HEAD of a stream, and what a peer sends into one") {
  HttpBox box;
  HttpPeer head(box);
  head.send("HEAD /events?0 HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(head.receive().ends_with("\r\n\r\n"));
  CHECK(head.ended);
  const auto peer = follow(box, 0);
  peer->receive();
  peer->send(fakes::kGet);
  CHECK(peer->receive().empty());
  std::size_t sent = 0;
  for (int i = 0; i < 100; ++i) sent += peer->send(std::string(4096, 'z'));
  CHECK(sent < 400000);
}

// SPDX-License-Identifier: MIT
// The server among peers that mean no good; only its clock is turned by hand, or in the last case by what it works.
#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "event/timer.h"
#include "fakes/http_box.h"
#include "fakes/processor_clock.h"
#include "net/http_server.h"

namespace {

using namespace std::chrono_literals;
using fakes::count;
using fakes::HttpBox;
using fakes::HttpPeer;
using fakes::kGet;
using fakes::status_of;
using net::HttpConnection;

}  // namespace

TEST_CASE("a slow loris: a request that comes byte by byte is answered, one that does not end is 408") {
  HttpBox box;
  HttpPeer peer(box);
  for (const char c : kGet) {
    peer.send({&c, 1});
    box.advance(100ms);
  }
  CHECK(status_of(peer.receive()) == 200);
  const std::string_view slow = "GET /slow HTTP/1.1\r\nHost: x\r\nX-Slow: aaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
  int seconds = 0;
  std::string answer;
  for (const char c : slow) {
    peer.send({&c, 1});
    answer += peer.receive();
    if (!answer.empty()) break;
    box.advance(1s);
    ++seconds;
  }
  CHECK(status_of(answer) == 408);
  CHECK(seconds == 10);
  CHECK(box.server.statistics().timed_out == 1);
  box.advance(HttpConnection::kLingerTimeout);
  CHECK(box.server.connection_count() == 0);
}

TEST_CASE("a peer that says nothing is closed without a word") {
  HttpBox box;
  HttpPeer silent(box);
  HttpPeer idle(box);
  idle.send(kGet);
  idle.receive();
  box.advance(9s);
  CHECK(box.server.connection_count() == 2);
  box.advance(1s);
  CHECK(silent.receive().empty());
  CHECK(silent.ended);
  box.advance(49s);
  CHECK(box.server.connection_count() == 1);
  box.advance(1s);
  CHECK(idle.receive().empty());
  CHECK(idle.ended);
}

TEST_CASE("the 33rd connection is turned away and a freed slot is taken again") {
  HttpBox box;
  std::vector<std::unique_ptr<HttpPeer>> peers;
  for (std::size_t i = 0; i < base::limits::kHttpConnections; ++i) {
    peers.push_back(std::make_unique<HttpPeer>(box));
  }
  CHECK(box.server.connection_count() == base::limits::kHttpConnections);
  HttpPeer extra(box);
  const std::string answer = extra.receive();
  CHECK(status_of(answer) == 503);
  CHECK(answer.find("Retry-After: ") != std::string::npos);
  CHECK(extra.ended);
  CHECK(box.server.statistics().turned_away == 1);
  peers.back()->close();
  HttpPeer next(box);
  next.send(kGet);
  CHECK(status_of(next.receive()) == 200);
  for (const auto& peer : peers) {
    if (peer == peers.back()) continue;
    peer->send(kGet);
    CHECK(status_of(peer->receive()) == 200);
  }
}

TEST_CASE("when all are taken, who has kept the server waiting longest makes room") {
  HttpBox box;
  std::vector<std::unique_ptr<HttpPeer>> silent;
  for (std::size_t i = 0; i < base::limits::kHttpConnections; ++i) {
    silent.push_back(std::make_unique<HttpPeer>(box));
    box.advance(1ms);
  }
  silent.front()->send("GET / HTTP/1.1\r\n");  // it has begun to speak
  box.advance(net::HttpServer::kPatience);
  HttpPeer peer(box);
  peer.send(kGet);
  CHECK(status_of(peer.receive()) == 200);
  CHECK(box.server.statistics().cut_off == 1);
  CHECK(silent[0]->receive().empty());
  CHECK_FALSE(silent[0]->ended);
  silent[1]->receive();
  CHECK(silent[1]->ended);
}

TEST_CASE("peers that never read hold the large buffers at most until their deadline") {
  HttpBox box;
  std::vector<std::unique_ptr<HttpPeer>> stuck;
  for (std::size_t i = 0; i < base::limits::kHttpLargeBuffers; ++i) {
    stuck.push_back(std::make_unique<HttpPeer>(box));
    // More answers than the kernel buffers; the server stops reading while one is not taken.
    const std::string_view request = "GET /long HTTP/1.1\r\nHost: x\r\n\r\n";
    for (int requests = 0; requests < 100; ++requests) stuck.back()->send(request);
  }
  const int calls = box.service.calls;
  box.pump(100);
  CHECK(box.service.calls == calls);

  HttpPeer peer(box);
  peer.send("GET /long HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(status_of(peer.receive()) == 503);
  peer.send(kGet);
  CHECK(status_of(peer.receive()) == 200);

  box.advance(HttpConnection::kWriteTimeout);
  CHECK(box.server.connection_count() == 1);
  CHECK(box.server.statistics().timed_out == base::limits::kHttpLargeBuffers);
  peer.send("GET /long HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(peer.receive().ends_with(std::string(20000, 'x')));
}

TEST_CASE("a process that keeps all slots busy does not keep another one out") {
  HttpBox box;
  std::vector<std::unique_ptr<HttpPeer>> crowd;
  for (std::size_t i = 0; i < base::limits::kHttpConnections; ++i) {
    crowd.push_back(std::make_unique<HttpPeer>(box));
    crowd.back()->send(kGet);
  }
  const auto other = HttpPeer::of_another_process(box);
  // More of the crowd, in the same moment: none of them takes the newcomer's place.
  HttpPeer late(box);
  CHECK(status_of(late.receive()) == 503);
  box.advance(net::HttpServer::kPatience * 2);
  HttpPeer later(box);
  other->send(kGet);
  CHECK(status_of(other->receive()) == 200);
  CHECK(box.server.statistics().cut_off == 2);
  CHECK(box.server.statistics().turned_away == 1);
}

TEST_CASE("a process that reads none of its long answers does not keep another one from its own") {
  HttpBox box;
  std::vector<std::unique_ptr<HttpPeer>> stuck;
  for (std::size_t i = 0; i < base::limits::kHttpLargeBuffers; ++i) {
    stuck.push_back(std::make_unique<HttpPeer>(box));
    for (int requests = 0; requests < 100; ++requests) stuck.back()->send("GET /long HTTP/1.1\r\nHost: x\r\n\r\n");
  }
  const auto other = HttpPeer::of_another_process(box);
  other->send("GET /long HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(other->receive().ends_with(std::string(20000, 'x')));
  CHECK(box.server.statistics().cut_off == 1);
  CHECK(box.server.connection_count() == base::limits::kHttpLargeBuffers);
}

TEST_CASE("a peer that reads late gets every byte of every answer, in order") {
  HttpBox box;
  HttpPeer peer(box);
  int small = 4096;
  ::setsockopt(peer.fd(), SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
  std::string requests;
  for (int i = 0; i < 60; ++i)
    requests += "GET /long HTTP/1.1\r\nHost: x\r\n\r\nGET /short HTTP/1.1\r\nHost: x\r\n\r\n";
  std::string answer;
  for (std::size_t sent = 0; sent < requests.size();) {
    sent += peer.send(std::string_view(requests).substr(sent));
    answer += peer.receive();
  }
  answer += peer.receive();
  CHECK(count(answer, "HTTP/1.1 200 OK") == 120);
  CHECK(count(answer, "/short \n") == 60);
  CHECK(count(answer, std::string(20000, 'x')) == 60);
}

TEST_CASE("a peer that goes away in the middle leaves nothing behind") {
  HttpBox box;
  HttpPeer in_header(box);
  in_header.send("GET / HTTP/1.1\r\nHos");
  in_header.close();
  HttpPeer in_body(box);
  in_body.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc");
  in_body.close();
  HttpPeer in_answer(box);
  for (int i = 0; i < 100; ++i) in_answer.send("GET /long HTTP/1.1\r\nHost: x\r\n\r\n");
  in_answer.close();
  CHECK(box.server.connection_count() == 0);
}

TEST_CASE("a peer that goes on sending after its refusal is cut off") {
  HttpBox box;
  HttpPeer peer(box);
  peer.send("garbage\r\n");
  std::size_t sent = 0;
  for (int i = 0; i < 100; ++i) sent += peer.send(std::string(4096, 'z'));
  CHECK(sent < 400000);
  CHECK(box.server.connection_count() == 0);
}

TEST_CASE("without descriptors left the loop does not spin, and accepting goes on later") {
  HttpBox box;
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  os::UniqueFd peer(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  box.socket_path().copy(address.sun_path, sizeof address.sun_path - 1);
  REQUIRE(::connect(peer.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  const rlimit none{static_cast<rlim_t>(peer.get() + 1), before.rlim_max};
  ::setrlimit(RLIMIT_NOFILE, &none);
  const std::uint64_t callbacks = box.loop.statistics().callbacks;
  box.pump(50);
  const std::uint64_t used = box.loop.statistics().callbacks - callbacks;
  ::setrlimit(RLIMIT_NOFILE, &before);
  CHECK(used == 1);
  CHECK(box.server.statistics().accept_failures == 1);
  box.advance(1s);
  box.pump();
  CHECK(box.server.connection_count() == 1);
}

TEST_CASE("the loop keeps its ticks while all slots are hostile") {
  const fakes::TemporaryFolder folder;
  const std::string path = folder.file("limpet.sock");
  const fakes::ProcessorClock clock;
  event::Loop loop(clock);
  fakes::HttpEcho service;
  auto server = std::make_unique<net::HttpServer>(loop, service);
  REQUIRE(server->open(path));
  std::vector<os::UniqueFd> peers;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  for (std::size_t i = 0; i < base::limits::kHttpConnections + 8; ++i) {
    peers.emplace_back(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0));
    ::connect(peers.back().get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
  }
  struct Ticker {
    explicit Ticker(event::Loop& loop)
        : next(loop.clock().steady_now() + 10ms), timer(loop, "ticker", base::Callback<>::to<&Ticker::on_time>(*this)) {
      timer.arm_at(next);
    }
    void on_time() {
      ++ticks;
      next += 10ms;
      timer.arm_at(next);
    }
    base::SteadyTime next;
    int ticks = 0;
    event::Timer timer;
  } ticker(loop);

  const base::SteadyTime end = clock.steady_now() + 5s;
  std::size_t turn = 0;
  while (ticker.ticks < 40 && clock.steady_now() < end) {
    const std::string_view attacks[] = {"G", "GET /long HTTP/1.1\r\nHost: x\r\n\r\n", "\r\n", "zzzz", kGet};
    for (std::size_t i = 0; i < peers.size(); ++i) {
      const std::string_view attack = attacks[(i + turn) % std::size(attacks)];
      (void)::send(peers[i].get(), attack.data(), attack.size(), MSG_NOSIGNAL);
    }
    ++turn;
    loop.run_once(1ms);
  }
  CHECK(ticker.ticks >= 40);
  CHECK(loop.statistics().longest < event::Loop::kSlowCallback);
}

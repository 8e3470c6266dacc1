// SPDX-License-Identifier: MIT
#include "web/access.h"

#include <doctest/doctest.h>

#include <string>

#include "fakes/fake_clock.h"

namespace {

using namespace std::chrono_literals;
using lib::HttpMethod;
using web::Need;

constexpr const char* kKey = "correct horse battery";

struct Door {
  explicit Door(std::string key = kKey, std::string_view trust = {}) {
    web::AccessSettings settings{.api_key = std::move(key), .trust = {}, .host_name = "pi.home", .base_path = "/"};
    if (!trust.empty()) settings.trust.push_back(*rules::IpNetwork::parse(trust));
    access.configure(std::move(settings));
  }
  fakes::FakeClock clock{base::WallTime{}, base::SteadyTime{1000s}};
  web::Access access{clock};
};

net::HttpRequest from(std::string_view address) {
  net::HttpRequest request{.path = "/"};
  request.peer.address = *base::IpAddress::parse(address);
  request.fields.host = "localhost:8080";
  return request;
}
net::HttpRequest with_key(net::HttpRequest request, std::string_view key) {
  request.fields.key = key;
  return request;
}
net::HttpRequest by_proxy(net::HttpRequest request, std::string_view client) {
  request.fields.forwarded = true;
  request.fields.forwarded_for = client;
  return request;
}
net::HttpRequest to_host(net::HttpRequest request, std::string_view host) {
  request.fields.host = host;
  return request;
}

}  // namespace

TEST_CASE("who may do what, with a key set") {
  struct Case {
    const char* reason;
    net::HttpRequest request;
    Need need;
    unsigned status;
  };
  const net::HttpRequest local = from("127.0.0.1");
  const net::HttpRequest remote = from("192.168.1.20");
  net::HttpRequest unix_peer{.path = "/"};
  unix_peer.peer.pid = 7;
  const Case cases[] = {
      {"loopback reads", local, Need::kKey, 200},
      {"loopback by IPv6", from("::1"), Need::kKey, 200},
      {"loopback does not act", local, Need::kAction, 401},
      {"loopback acts with the key", with_key(local, kKey), Need::kAction, 200},
      {"a wrong key is wrong everywhere", with_key(local, "x"), Need::kKey, 401},
      {"another box does not read", remote, Need::kKey, 401},
      {"another box reads with the key", with_key(remote, kKey), Need::kKey, 200},
      {"a part of the key", with_key(remote, "correct horse"), Need::kKey, 401},
      {"more than the key", with_key(remote, "correct horse battery staple"), Need::kKey, 401},
      {"another box loads the page", remote, Need::kNothing, 200},
      {"health needs the key where there is one", remote, Need::kHealth, 401},
      {"nobody is trusted by default", remote, Need::kTrust, 401},
      {"a proxy on loopback speaks for somebody", by_proxy(local, "203.0.113.9"), Need::kKey, 401},
      {"a proxy that does not say for whom", by_proxy(local, ""), Need::kKey, 401},
      {"who says it is loopback", by_proxy(local, "127.0.0.1"), Need::kKey, 401},
      {"a proxy with the key", with_key(by_proxy(local, "203.0.113.9"), kKey), Need::kAction, 200},
      {"the socket's peers do everything", unix_peer, Need::kAction, 200},
      {"a name that was turned to loopback", to_host(local, "evil.example:8080"), Need::kKey, 403},
      {"the same with the key", with_key(to_host(local, "evil.example"), kKey), Need::kKey, 200},
      {"the box's name", to_host(local, "PI.home:8080"), Need::kKey, 200},
      {"the box's short name", to_host(local, "pi"), Need::kKey, 200},
      {"an address", to_host(local, "[::1]:8080"), Need::kKey, 200},
  };
  for (const Case& c : cases) {
    CAPTURE(c.reason);
    Door door;
    CHECK(door.access.may(c.request, c.need) == (c.status == 200));
    CHECK(door.access.judge(c.request, c.need).status == c.status);
  }
}

TEST_CASE("without a key: loopback reads, trusted networks call what is for them, nobody acts") {
  Door door("", "192.168.0.0/16");
  const auto status = [&](const net::HttpRequest& request, Need need) {
    return door.access.judge(request, need).status;
  };
  CHECK(status(from("127.0.0.1"), Need::kKey) == 200);
  CHECK(status(from("127.0.0.1"), Need::kAction) == 403);
  CHECK(status(with_key(from("127.0.0.1"), "any"), Need::kAction) == 403);
  CHECK(status(from("192.168.1.20"), Need::kTrust) == 200);
  CHECK(status(from("192.168.1.20"), Need::kHealth) == 200);
  CHECK(status(from("192.168.1.20"), Need::kKey) == 403);
  CHECK(status(from("203.0.113.9"), Need::kTrust) == 403);
  CHECK(status(from("203.0.113.9"), Need::kHealth) == 200);
  CHECK(status(by_proxy(from("192.168.1.20"), "203.0.113.9"), Need::kTrust) == 403);
  CHECK(door.access.log_in(from("127.0.0.1"), "").verdict.status == 403);
}

TEST_CASE("ten wrong keys close an address for a minute, and no other") {
  Door door;
  const net::HttpRequest thief = from("203.0.113.9");
  for (int i = 0; i < 10; ++i) CHECK(door.access.judge(with_key(thief, "guess"), Need::kKey).status == 401);
  CHECK(door.access.judge(with_key(thief, "guess"), Need::kKey).status == 429);
  CHECK(door.access.judge(with_key(thief, kKey), Need::kKey).status == 429);
  CHECK(door.access.judge(thief, Need::kKey).status == 429);
  CHECK(door.access.log_in(thief, kKey).verdict.status == 429);
  CHECK(door.access.judge(thief, Need::kNothing).status == 200);
  CHECK(door.access.judge(with_key(from("203.0.113.10"), kKey), Need::kKey).status == 200);
  door.clock.advance(59s);
  CHECK(door.access.judge(with_key(thief, kKey), Need::kKey).status == 429);
  door.clock.advance(1s);
  CHECK(door.access.judge(with_key(thief, kKey), Need::kKey).status == 200);
}

TEST_CASE("wrong keys are forgotten after a minute, and with the right one") {
  Door door;
  const net::HttpRequest peer = from("203.0.113.9");
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 9; ++i) CHECK(door.access.judge(with_key(peer, "x"), Need::kKey).status == 401);
    if (round == 0) door.clock.advance(60s);
    if (round == 1) CHECK(door.access.judge(with_key(peer, kKey), Need::kKey).status == 200);
  }
}

TEST_CASE("a thief behind a proxy does not close the proxy, one with a whole /64 is one") {
  Door door;
  const net::HttpRequest proxy = from("127.0.0.1");
  for (int i = 0; i < 11; ++i) door.access.judge(with_key(by_proxy(proxy, "203.0.113.9"), "guess"), Need::kKey);
  CHECK(door.access.judge(with_key(by_proxy(proxy, "203.0.113.9"), kKey), Need::kKey).status == 429);
  CHECK(door.access.judge(with_key(by_proxy(proxy, "203.0.113.8"), kKey), Need::kKey).status == 200);
  CHECK(door.access.judge(proxy, Need::kKey).status == 200);
  for (int i = 0; i < 10; ++i) {
    const std::string address = "2001:db8::" + std::to_string(i + 1);
    door.access.judge(with_key(from(address), "guess"), Need::kKey);
  }
  CHECK(door.access.judge(with_key(from("2001:db8::ffff"), kKey), Need::kKey).status == 429);
}

TEST_CASE("a login stands for the key until it ends") {
  Door door;
  net::HttpRequest peer = from("192.168.1.20");
  CHECK(door.access.log_in(peer, "wrong").verdict.status == 401);
  CHECK(door.access.log_in(peer, "").verdict.status == 400);
  const web::Access::Login login = door.access.log_in(peer, kKey);
  REQUIRE(login.verdict.allowed());
  CHECK(login.token.size() == web::Sessions::kTokenBytes);
  peer.fields.session = login.token;
  CHECK(door.access.judge(peer, Need::kAction).status == 200);

  net::HttpRequest stale = peer;
  stale.fields.session = "0123456789abcdef0123456789abcdef";
  for (int i = 0; i < 20; ++i) CHECK(door.access.judge(stale, Need::kKey).status == 401);  // no try at a key

  SUBCASE("by logging out") { door.access.log_out(peer); }
  SUBCASE("by its time") { door.clock.advance(web::Sessions::kLifetime); }
  SUBCASE("by another key") { door.access.configure({.api_key = "another", .trust = {}, .host_name = ""}); }
  SUBCASE("when too many others log in") {
    for (int i = 0; i < 16; ++i) {
      door.clock.advance(1s);
      CHECK(door.access.log_in(from("192.168.1.21"), kKey).verdict.allowed());
    }
  }
  CHECK(door.access.judge(peer, Need::kKey).status == 401);
}

TEST_CASE("pages of other sites may not have a browser act") {
  Door door;
  net::HttpRequest peer = from("127.0.0.1");
  peer.method = HttpMethod::kPost;
  peer.fields.session = "";
  struct Case {
    const char* origin;
    unsigned status;
  };
  const Case cases[] = {{"", 200},
                        {"http://localhost:8080", 200},
                        {"https://LOCALHOST:8080", 200},
                        {"http://localhost", 403},
                        {"http://evil.example", 403},
                        {"null", 403}};
  for (const Case& c : cases) {
    CAPTURE(c.origin);
    peer.fields.origin = c.origin;
    CHECK(door.access.judge(peer, Need::kTrust).status == c.status);
    CHECK(door.access.judge(with_key(peer, kKey), Need::kTrust).status == 200);
  }
}

TEST_CASE("hosts that only this box can have") {
  for (const char* own : {"", "localhost", "localhost:80", "a.localhost", "localhost.", "127.0.0.1:8080", "[::1]",
                          "[::1]:80", "pi", "pi.home", "PI.HOME:8080"}) {
    CAPTURE(own);
    CHECK(web::is_own_host(own, "pi.home"));
  }
  for (const char* other : {"evil.example", "localhost.evil.example", "notlocalhost", "pi.evil.example",
                            "127.0.0.1.evil.example", ".localhost"}) {
    CAPTURE(other);
    CHECK_FALSE(web::is_own_host(other, "pi.home"));
  }
}

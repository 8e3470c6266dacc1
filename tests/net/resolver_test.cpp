// SPDX-License-Identifier: MIT
#include "net/resolver.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "fakes/dns_server.h"
#include "fakes/dnsmasq.h"
#include "fakes/loop_runner.h"
#include "fakes/temporary_folder.h"

using namespace std::chrono_literals;
using fakes::DnsReply;

namespace {

struct Asker {
  net::Lookup lookup;
  int answers = 0;
  std::string text;  // the addresses, or the error

  explicit Asker(net::Resolver& resolver) : lookup(resolver, net::Lookup::OnDone::to<&Asker::on_done>(*this)) {}
  void on_done(const base::Result<net::AddressList>& result) {
    ++answers;
    text.clear();
    if (!result) {
      text = result.error().text();
      return;
    }
    for (const auto& address : result->span()) text += (text.empty() ? "" : " ") + std::string(address.text().view());
  }
};

net::ResolverFiles files_in(const fakes::TemporaryFolder& folder) {
  return {.resolv_conf = folder.path() / "resolv.conf", .hosts = folder.path() / "hosts"};
}

struct Fixture {
  fakes::TemporaryFolder folder;
  fakes::LoopRunner runner;
  net::Resolver resolver{runner.loop(), files_in(folder)};
  Asker asker{resolver};

  std::string ask(std::string_view name, base::Duration limit = 3s) {
    asker.answers = 0;
    asker.lookup.start(name, runner.in(limit));
    CHECK(asker.answers == 0);
    CHECK(runner.run_until([this] { return asker.answers > 0; }, limit + 1s));
    CHECK_FALSE(asker.lookup.running());
    return asker.text;
  }
  base::Duration time_of(std::string_view name, base::Duration limit) {
    const auto begin = std::chrono::steady_clock::now();
    ask(name, limit);
    return std::chrono::steady_clock::now() - begin;
  }
  /// Of five: the machine may be busy.
  base::Duration best_time_of(std::string_view name, base::Duration limit) {
    base::Duration best = time_of(name, limit);
    for (int i = 0; i < 4; ++i) best = std::min(best, time_of(name, limit));
    return best;
  }
  void servers(const std::string& text) { folder.write("resolv.conf", text); }
};

DnsReply one(const char* v4, const char* v6, int family, std::uint32_t ttl_s = 60) {
  return {.addresses = {family == AF_INET6 ? v6 : v4}, .ttl_s = ttl_s};
}

}  // namespace

TEST_CASE_FIXTURE(Fixture, "what is known here is answered without a server") {
  fakes::DnsServer server([](auto, auto) { return DnsReply{.code = 3}; });
  servers(server.resolv_conf());
  folder.write("hosts", "192.0.2.7 box Box2\n2001:db8::7 box\n198.51.100.1 localhost.test\n");
  CHECK(ask("192.0.2.1") == "192.0.2.1");
  CHECK(ask("2001:db8::1") == "2001:db8::1");
  CHECK(ask("box") == "2001:db8::7 192.0.2.7");
  CHECK(ask("BOX2") == "192.0.2.7");
  CHECK(ask("localhost") == "127.0.0.1 ::1");
  CHECK(ask("web.localhost.") == "127.0.0.1 ::1");
  CHECK(server.questions() == 0);
}

TEST_CASE_FIXTURE(Fixture, "a real server's answers") {
  const fakes::Dnsmasq server({"--host-record=four.test,192.0.2.4", "--host-record=both.test,192.0.2.5,2001:db8::5",
                               "--host-record=six.test,2001:db8::6", "--cname=alias.test,four.test",
                               "--txt-record=text.test,hello", "--host-record=box.lan.test,192.0.2.8"});
  servers(server.resolv_conf() + "search lan.test\n");
  CHECK(ask("four.test") == "192.0.2.4");
  CHECK(ask("Both.TEST") == "2001:db8::5 192.0.2.5");
  CHECK(ask("six.test") == "2001:db8::6");
  CHECK(ask("alias.test") == "192.0.2.4");
  CHECK(ask("four.test.") == "192.0.2.4");
  CHECK(ask("box") == "192.0.2.8");
  CHECK(ask("none.test") == "the name none.test cannot be resolved: there is no such name");
  CHECK(ask("text.test") == "the name text.test cannot be resolved: it has no address");
}

TEST_CASE_FIXTURE(Fixture, "an IPv6 question that fails never hurts the IPv4 address") {
  const struct {
    const char* reason;
    std::optional<DnsReply> v6;
  } cases[] = {
      {"no such name", DnsReply{.code = 3}},
      {"server failure", DnsReply{.code = 2}},
      {"refused", DnsReply{.code = 5}},
      {"no answer at all", std::nullopt},
  };
  for (const auto& test : cases) {
    CAPTURE(test.reason);
    fakes::DnsServer server([&](auto, int family) -> std::optional<DnsReply> {
      return family == AF_INET6 ? test.v6 : DnsReply{.addresses = {"192.0.2.1"}, .ttl_s = 0};
    });
    servers(server.resolv_conf());
    CHECK(ask("www.test") == "192.0.2.1");
    CHECK(best_time_of("www.test", 3s) < 400ms);
  }
}

TEST_CASE_FIXTURE(Fixture, "and an IPv4 question that fails does not hurt the IPv6 address") {
  fakes::DnsServer server([](auto, int family) -> std::optional<DnsReply> {
    if (family == AF_INET) return std::nullopt;
    return DnsReply{.addresses = {"2001:db8::1"}};
  });
  servers(server.resolv_conf());
  CHECK(ask("www.test") == "2001:db8::1");
}

TEST_CASE_FIXTURE(Fixture, "failures are told for a person") {
  fakes::DnsServer server([](std::string_view name, auto) -> std::optional<DnsReply> {
    if (name == "silent.test") return std::nullopt;
    return DnsReply{.code = name == "broken.test" ? 2 : name == "refused.test" ? 5 : 3};
  });
  servers(server.resolv_conf());
  CHECK(ask("silent.test", 300ms) == "the name silent.test cannot be resolved: no DNS server answered");
  CHECK(ask("broken.test") == "the name broken.test cannot be resolved: the DNS server could not answer");
  CHECK(ask("refused.test") == "the name refused.test cannot be resolved: the DNS server could not answer");
  CHECK(ask("gone.test") == "the name gone.test cannot be resolved: there is no such name");
  CHECK(ask("") == "the name  cannot be resolved: it is not a host name");
  CHECK(ask("a..b").ends_with("it is not a host name"));
  CHECK(ask(std::string(64, 'a') + ".test").ends_with("it is not a host name"));
  CHECK(ask(std::string(255, 'a')).ends_with("it is not a host name"));
}

TEST_CASE_FIXTURE(Fixture, "a port where nobody listens is known at once") {
  servers("nameserver 127.0.0.1:9\n");
  CHECK(best_time_of("www.test", 20s) < 2s);
  CHECK(asker.text == "the name www.test cannot be resolved: no DNS server answered");
}

TEST_CASE_FIXTURE(Fixture, "the second server answers when the first is dead") {
  fakes::DnsServer dead([](auto, auto) { return std::nullopt; });
  fakes::DnsServer alive([](auto, int family) { return one("192.0.2.1", "2001:db8::1", family); });
  servers(dead.resolv_conf() + alive.resolv_conf());
  CHECK(time_of("www.test", 20s) < 3s);
  CHECK(asker.text == "2001:db8::1 192.0.2.1");
}

TEST_CASE_FIXTURE(Fixture, "an answer is used again for its time to live") {
  fakes::DnsServer server([](std::string_view name, int family) {
    return one("192.0.2.1", "2001:db8::1", family, name == "short.test" ? 0 : 60);
  });
  servers(server.resolv_conf());
  ask("long.test");
  ask("LONG.test");
  CHECK(server.questions() == 2);
  ask("short.test");
  ask("short.test");
  CHECK(server.questions() == 6);
  resolver.distrust("Long.test");
  ask("long.test");
  CHECK(server.questions() == 8);
}

TEST_CASE_FIXTURE(Fixture, "when no server answers any more, the last good addresses do") {
  std::atomic<bool> down = false;
  fakes::DnsServer server([&](auto, int family) -> std::optional<DnsReply> {
    if (down) return std::nullopt;
    return one("192.0.2.1", "2001:db8::1", family, 0);
  });
  servers(server.resolv_conf());
  REQUIRE(ask("www.test") == "2001:db8::1 192.0.2.1");
  down = true;
  CHECK(best_time_of("www.test", 2s) < 900ms);
  CHECK(asker.text == "2001:db8::1 192.0.2.1");
  servers("nameserver 127.0.0.1:9\n");
  CHECK(ask("www.test") == "2001:db8::1 192.0.2.1");
}

TEST_CASE_FIXTURE(Fixture, "a name that is gone is not answered with its last good address") {
  std::atomic<bool> gone = false;
  fakes::DnsServer server(
      [&](auto, int family) { return gone ? DnsReply{.code = 3} : one("192.0.2.1", "2001:db8::1", family, 0); });
  servers(server.resolv_conf());
  REQUIRE(ask("www.test") == "2001:db8::1 192.0.2.1");
  gone = true;
  CHECK(ask("www.test") == "the name www.test cannot be resolved: there is no such name");
}

TEST_CASE_FIXTURE(Fixture, "an answer that comes too late serves the next lookup") {
  std::atomic<bool> may_answer = false;
  fakes::DnsServer server([&](auto, int family) {
    while (!may_answer) std::this_thread::sleep_for(1ms);
    return one("192.0.2.1", "2001:db8::1", family);
  });
  servers(server.resolv_conf());
  const std::string too_late = ask("www.test", 20ms);
  may_answer = true;
  CHECK(too_late.ends_with("no DNS server answered"));
  CHECK(ask("www.test", 10s) == "2001:db8::1 192.0.2.1");
  CHECK(server.questions() == 2);
}

TEST_CASE_FIXTURE(Fixture, "new servers are taken from resolv.conf when DHCP writes it") {
  fakes::DnsServer first([](auto, int family) { return one("192.0.2.1", "2001:db8::1", family, 0); });
  fakes::DnsServer second([](auto, int family) { return one("192.0.2.2", "2001:db8::2", family, 0); });
  ask("www.test", 100ms);
  servers(first.resolv_conf());
  CHECK(ask("www.test") == "2001:db8::1 192.0.2.1");
  servers("# the same server is gone\n" + second.resolv_conf());
  CHECK(ask("www.test") == "2001:db8::2 192.0.2.2");
}

TEST_CASE_FIXTURE(Fixture, "broken resolv.conf files do no harm") {
  for (const std::string& text :
       {std::string("\0\xFF garbage\n", 11), std::string("nameserver\n"), std::string("nameserver not-an-address\n"),
        std::string(100000, 'x'),
        std::string("options timeout:99999999999 attempts:-1 ndots:x\nnameserver 127.0.0.1:9\n")}) {
    servers(text);
    CHECK(ask("www.test", 200ms).starts_with("the name www.test cannot be resolved: "));
  }
  fakes::DnsServer server([](auto, int family) { return one("192.0.2.1", "2001:db8::1", family); });
  servers(server.resolv_conf());
  CHECK(ask("www.test") == "2001:db8::1 192.0.2.1");
}

TEST_CASE_FIXTURE(Fixture, "many ask at once: what is the same is asked once, what is too much is refused") {
  fakes::DnsServer server([](auto, int family) {
    std::this_thread::sleep_for(20ms);
    return one("192.0.2.1", "2001:db8::1", family);
  });
  servers(server.resolv_conf());
  std::vector<std::unique_ptr<Asker>> askers;
  for (int i = 0; i < 10; ++i) {
    askers.push_back(std::make_unique<Asker>(resolver));
    askers.back()->lookup.start("same.test", runner.in(3s));
  }
  const auto all_answered = [&] {
    return std::ranges::all_of(askers, [](const auto& each) { return each->answers == 1; });
  };
  REQUIRE(runner.run_until(all_answered));
  for (const auto& each : askers) CHECK(each->text == "2001:db8::1 192.0.2.1");
  CHECK(server.questions() == 2);

  int refused = 0;
  for (int i = 0; i < 10; ++i) {
    askers[static_cast<std::size_t>(i)]->answers = 0;
    askers[static_cast<std::size_t>(i)]->lookup.start("name" + std::to_string(i) + ".test", runner.in(3s));
  }
  REQUIRE(runner.run_until(all_answered));
  for (const auto& each : askers) refused += each->text.ends_with("too many names are asked for at once") ? 1 : 0;
  CHECK(refused == 10 - static_cast<int>(lib::Dns::kMaxQuestions / 2));
}

TEST_CASE_FIXTURE(Fixture, "a cancelled lookup never answers") {
  fakes::DnsServer server([](auto, int family) { return one("192.0.2.1", "2001:db8::1", family); });
  servers(server.resolv_conf());
  asker.lookup.start("www.test", runner.in(1s));
  asker.lookup.cancel();
  asker.lookup.start("192.0.2.1", runner.in(1s));
  asker.lookup.cancel();
  runner.run_for(200ms);
  CHECK(asker.answers == 0);
  {
    Asker gone(resolver);
    gone.lookup.start("other.test", runner.in(1s));
  }
  runner.run_for(100ms);
}

TEST_CASE("lookup and resolver may end inside the lookup's callback, and with questions under way") {
  fakes::TemporaryFolder folder;
  fakes::LoopRunner runner;
  fakes::DnsServer server([](std::string_view name, int family) -> std::optional<DnsReply> {
    if (name == "silent.test") return std::nullopt;
    return one("192.0.2.1", "2001:db8::1", family);
  });
  struct Owner {
    std::unique_ptr<net::Resolver> resolver;
    std::unique_ptr<net::Lookup> lookup, waiting;
    bool done = false;
    void on_done(const base::Result<net::AddressList>& result) {
      CHECK(result);
      waiting.reset();
      lookup.reset();
      resolver.reset();
      done = true;
    }
  } owner;
  folder.write("resolv.conf", server.resolv_conf());
  owner.resolver = std::make_unique<net::Resolver>(runner.loop(), files_in(folder));
  owner.lookup = std::make_unique<net::Lookup>(*owner.resolver, net::Lookup::OnDone::to<&Owner::on_done>(owner));
  owner.waiting = std::make_unique<net::Lookup>(*owner.resolver, net::Lookup::OnDone::to<&Owner::on_done>(owner));
  owner.waiting->start("silent.test", runner.in(5s));
  owner.lookup->start("www.test", runner.in(5s));
  CHECK(runner.run_until([&] { return owner.done; }));
  CHECK(runner.loop().watch_count() == 0);
}

TEST_CASE_FIXTURE(Fixture, "an answer too long for UDP is fetched by TCP") {
  std::vector<std::string> records;
  for (int i = 1; i <= 250; ++i) records.push_back("--host-record=many.test,192.0.2." + std::to_string(i));
  const fakes::Dnsmasq server(records);
  servers(server.resolv_conf());
  const std::string addresses = ask("many.test");
  CHECK(std::ranges::count(addresses, ' ') == net::AddressList::kMax - 1);
  CHECK(addresses.starts_with("192.0.2."));
}

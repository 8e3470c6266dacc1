// SPDX-License-Identifier: MIT
#include "net/tcp_connect.h"

#include <doctest/doctest.h>

#include <atomic>
#include <cerrno>
#include <memory>
#include <string>
#include <vector>

#include "fakes/dns_server.h"
#include "fakes/loop_runner.h"
#include "fakes/script_server.h"
#include "fakes/temporary_folder.h"

using namespace std::chrono_literals;

namespace {

struct Result {
  int answers = 0;
  int code = 0;
  std::string error;
  net::Connection connection;

  void on_done(net::ConnectResult& result) {
    ++answers;
    error = result.error ? std::string(result.error->text()) : "";
    code = result.error ? result.error->code() : 0;
    if (!result.error) connection = std::move(result.connection);
  }
};

struct Fixture {
  fakes::TemporaryFolder folder;
  fakes::LoopRunner runner;
  net::Resolver resolver{runner.loop(), {.resolv_conf = folder.file("resolv.conf"), .hosts = folder.file("hosts")}};
  net::TcpConnect tcp_connect{runner.loop(), resolver};
  Result result;

  void connect(std::string_view host, std::uint16_t port, base::Duration limit = 20s) {
    result = {};
    tcp_connect.set_target(host, port);
    tcp_connect.start(runner.in(limit), net::Connector::OnDone::to<&Result::on_done>(result));
    CHECK(result.answers == 0);
    REQUIRE(runner.run_until([this] { return result.answers > 0; }, limit + 1s));
    CHECK(runner.loop().watch_count() == 0);
  }
};

/// A port of 127.0.0.1 that never answers: its queue is full and nobody accepts. Source: listen(2), tcp(7).
class SilentPort {
 public:
  SilentPort() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    listener_.reset(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    REQUIRE(::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(listener_.get(), 0) == 0);
    socklen_t length = sizeof address;
    ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &length);
    port_ = ntohs(address.sin_port);
    for (int i = 0; i < 3; ++i) {
      fillers_.emplace_back(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
      ::connect(fillers_.back().get(), reinterpret_cast<sockaddr*>(&address), sizeof address);
    }
  }
  std::uint16_t port() const { return port_; }

 private:
  os::UniqueFd listener_;
  std::vector<os::UniqueFd> fillers_;
  std::uint16_t port_ = 0;
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "a listener is connected to, by address and by name") {
  fakes::ScriptServer server([](fakes::Peer& peer) { peer.send("hello"); });
  folder.write("hosts", "127.0.0.1 box\n");
  for (const char* host : {"127.0.0.1", "box", "localhost"}) {
    CAPTURE(host);
    connect(host, server.port());
    CHECK(result.error == "");
    REQUIRE(result.connection.fd);
    CHECK(result.connection.began.time_since_epoch() > base::Duration::zero());
  }
}

TEST_CASE_FIXTURE(Fixture, "a closed port is told with host and port") {
  connect("127.0.0.1", 9);
  CHECK(result.code == ECONNREFUSED);
  CHECK(result.error == "connect to 127.0.0.1 port 9: Connection refused");
}

TEST_CASE_FIXTURE(Fixture, "a name that cannot be resolved is told as such") {
  connect("a..b", 80);
  CHECK(result.error == "the name a..b cannot be resolved: it is not a host name");
}

TEST_CASE_FIXTURE(Fixture, "a host that never answers ends at the deadline") {
  const SilentPort silent;
  const auto begin = std::chrono::steady_clock::now();
  connect("127.0.0.1", silent.port(), 300ms);
  CHECK(result.code == ETIMEDOUT);
  CHECK(std::chrono::steady_clock::now() - begin < 10s);  // the kernel alone tries for two minutes
}

TEST_CASE_FIXTURE(Fixture, "an address that fails costs nothing, the next one is tried at once") {
  fakes::ScriptServer server([](fakes::Peer& peer) { peer.hang(); });
  folder.write("hosts", "::1 box\n127.0.0.1 box\n");
  // The machine may be busy: the best of several counts.
  base::Duration best = 1h;
  for (int i = 0; i < 10; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    connect("box", server.port());
    CHECK(result.error == "");
    best = std::min<base::Duration>(best, std::chrono::steady_clock::now() - begin);
  }
  CHECK(best < net::TcpConnect::kNextAddress / 2);
}

TEST_CASE_FIXTURE(Fixture, "an address that does not answer is overtaken by the next") {
  const SilentPort silent;
  // The same port on another loopback address, which does listen.
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(silent.port());
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1);
  const os::UniqueFd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  REQUIRE(::bind(listener.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  REQUIRE(::listen(listener.get(), 4) == 0);
  folder.write("hosts", "127.0.0.1 box\n127.0.0.2 box\n");
  const base::SteadyTime begin = runner.in(0s);
  connect("box", silent.port());
  CHECK(result.error == "");
  const base::Duration began_after = result.connection.began - begin;
  CHECK(began_after >= net::TcpConnect::kNextAddress);
  CHECK(began_after < net::TcpConnect::kNextAddress + 2s);
}

TEST_CASE_FIXTURE(Fixture, "of several failures the one that says most is told") {
  folder.write("hosts", "192.0.2.1 box\n127.0.0.1 box\n");
  connect("box", 9, 400ms);
  CHECK((result.code == ECONNREFUSED || result.code == ETIMEDOUT));
}

TEST_CASE_FIXTURE(Fixture, "a host that moved before its address was too old is asked for again, once") {
  std::atomic<bool> moved = false;
  fakes::DnsServer names([&](auto, int family) {
    if (family == AF_INET6) return fakes::DnsReply{};
    return fakes::DnsReply{.addresses = {moved ? "127.0.0.1" : "127.0.0.2"}, .ttl_s = 3600};
  });
  folder.write("resolv.conf", names.resolv_conf());
  const auto remember = [&] {
    struct {
      bool known = false;
      void on_done(const base::Result<net::AddressList>&) { known = true; }
    } asker;
    net::Lookup lookup(resolver, net::Lookup::OnDone::to<&decltype(asker)::on_done>(asker));
    lookup.start("worker.test", runner.in(2s));
    REQUIRE(runner.run_until([&] { return asker.known; }));
  };
  fakes::ScriptServer server([](fakes::Peer& peer) { peer.hang(); });  // listens at 127.0.0.1 alone
  remember();
  REQUIRE(names.questions() == 2);
  connect("worker.test", server.port());
  CHECK(result.error == "connect to worker.test port " + std::to_string(server.port()) + ": Connection refused");
  CHECK(names.questions() == 4);
  remember();
  moved = true;
  connect("worker.test", server.port());
  CHECK_MESSAGE(result.code == 0, result.error);
  CHECK(names.questions() == 8);
}

TEST_CASE_FIXTURE(Fixture, "a cancelled connect never answers, and a new start replaces the old one") {
  fakes::ScriptServer server([](fakes::Peer& peer) { peer.hang(); });
  tcp_connect.set_target("127.0.0.1", server.port());
  tcp_connect.start(runner.in(1s), net::Connector::OnDone::to<&Result::on_done>(result));
  runner.loop().run_once(1ms);
  tcp_connect.cancel();
  runner.run_for(50ms);
  CHECK(result.answers == 0);
  CHECK(runner.loop().watch_count() == 0);
  tcp_connect.start(runner.in(1s), net::Connector::OnDone::to<&Result::on_done>(result));
  connect("127.0.0.1", server.port());
  runner.run_for(50ms);
  CHECK(result.answers == 1);
}

TEST_CASE("the connect may end inside its callback, whether it succeeded or failed") {
  fakes::LoopRunner runner;
  fakes::ScriptServer server([](fakes::Peer&) {});
  net::Resolver resolver(runner.loop(), {.resolv_conf = "/dev/null", .hosts = "/dev/null"});
  for (const std::uint16_t port : {server.port(), std::uint16_t{9}}) {
    struct Owner {
      std::unique_ptr<net::TcpConnect> tcp_connect;
      bool done = false;
      void on_done(net::ConnectResult&) {
        tcp_connect.reset();
        done = true;
      }
    } owner;
    owner.tcp_connect = std::make_unique<net::TcpConnect>(runner.loop(), resolver);
    owner.tcp_connect->set_target("127.0.0.1", port);
    owner.tcp_connect->start(runner.in(1s), net::Connector::OnDone::to<&Owner::on_done>(owner));
    CHECK(runner.run_until([&] { return owner.done; }));
  }
}

// SPDX-License-Identifier: MIT
#include "collect/internet_probe.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <atomic>
#include <optional>
#include <string>
#include <thread>

#include "fakes/certificates.h"
#include "fakes/child_process.h"
#include "fakes/dns_server.h"
#include "fakes/loop_runner.h"
#include "fakes/script_server.h"
#include "fakes/temporary_folder.h"

using namespace std::chrono_literals;
using fakes::Peer;

namespace {

struct Fixture {
  fakes::TemporaryFolder folder;
  fakes::LoopRunner runner;
  net::Resolver resolver{runner.loop(),
                         {.resolv_conf = folder.path() / "resolv.conf", .hosts = folder.path() / "hosts"}};
  net::TlsService tls{runner.clock()};
  collect::InternetProbe probe{
      runner.loop(), resolver, tls, {}, base::Callback<const collect::ProbeResult&>::to<&Fixture::on_result>(*this)};
  int results = 0;
  collect::ProbeResult result;

  void on_result(const collect::ProbeResult& told) {
    ++results;
    result = told;
  }
  void configure(const std::string& target, std::chrono::milliseconds timeout = 2s) {
    const auto configured = probe.configure(target, timeout);
    REQUIRE_MESSAGE(configured, configured.error().c_str());
  }
  /// How long it took, in milliseconds.
  double run() {
    results = 0;
    const auto begin = std::chrono::steady_clock::now();
    probe.start();
    CHECK(results == 0);
    REQUIRE(runner.run_until([this] { return results > 0; }, 20s));
    CHECK_FALSE(probe.running());
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
  }
  static std::string at(const fakes::ScriptServer& server, const char* scheme = "http") {
    return std::string(scheme) + "://127.0.0.1:" + std::to_string(server.port());
  }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "an answer from 200 to 399 is internet, redirects are not followed") {
  std::atomic<int> status = 0;
  std::string request;
  fakes::ScriptServer server([&](Peer& peer) {
    request = peer.read_request();
    peer.sleep(20ms);
    peer.send("HTTP/1.1 " + std::to_string(status) +
              " x\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 9\r\n\r\n");
    peer.hang();
  });
  configure(at(server) + "/generate_204?a=b");
  for (const int good : {200, 204, 299, 301, 302, 399}) {
    CAPTURE(good);
    status = good;
    const double took_ms = run();
    CHECK_MESSAGE(result.ok, result.reason.c_str());
    REQUIRE(result.ping_ms);
    CHECK(*result.ping_ms >= 20);
    CHECK(*result.ping_ms <= took_ms);
    CHECK(result.reason.empty());
  }
  CHECK(request.starts_with("HEAD /generate_204?a=b HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server.port()) +
                            "\r\n"));
  for (const int bad : {400, 404, 500, 503, 511}) {
    CAPTURE(bad);
    status = bad;
    run();
    CHECK_FALSE(result.ok);
    CHECK_FALSE(result.ping_ms);
    CHECK(result.reason.view() == "127.0.0.1 answered " + std::to_string(bad));
  }
}

TEST_CASE_FIXTURE(Fixture, "tcp:// is content with a connection") {
  fakes::ScriptServer server([](Peer& peer) { peer.hang(); });
  configure(at(server, "tcp"));
  const double took_ms = run();
  CHECK(result.ok);
  REQUIRE(result.ping_ms);
  CHECK(*result.ping_ms <= took_ms);
  configure("tcp://127.0.0.1:9");
  run();
  CHECK_FALSE(result.ok);
  CHECK_FALSE(result.ping_ms);
  CHECK(result.reason.view() == "connect to 127.0.0.1 port 9: Connection refused");
}

TEST_CASE_FIXTURE(Fixture, "every fault is no internet, with a reason and in time") {
  const struct {
    const char* reason;
    fakes::ScriptServer::Script script;
    const char* told;
  } cases[] = {
      {"never answers", [](Peer& peer) { peer.hang(); }, "127.0.0.1 did not answer within 300 ms"},
      {"a byte now and then",
       [](Peer& peer) {
         peer.read_request();
         peer.send_slowly("HTTP/1.1 200 OK\r\n\r\n", 1s);
       },
       "127.0.0.1 did not answer within 300 ms"},
      {"closes without an answer", [](Peer& peer) { peer.read_request(); },
       "the connection was closed without an answer"},
      {"half an answer",
       [](Peer& peer) {
         peer.read_request();
         peer.send("HTTP/1.1 200 OK\r\nSer");
       },
       "the connection was closed in the middle of the answer"},
      {"resets",
       [](Peer& peer) {
         peer.read_request();
         peer.reset_on_close();
       },
       "read the answer: Connection reset by peer"},
      {"garbage",
       [](Peer& peer) {
         peer.read_request();
         peer.send("SSH-2.0-x\r\n");
       },
       "the answer cannot be read"},
      {"header without end",
       [](Peer& peer) {
         peer.read_request();
         while (peer.send("HTTP/1.1 200 OK\r\nX: y\r\n")) {
         }
       },
       "the answer cannot be read"},
  };
  for (const auto& test : cases) {
    CAPTURE(test.reason);
    fakes::ScriptServer server(test.script);
    const bool in_time = std::string_view(test.told).ends_with("300 ms");
    configure(at(server), in_time ? 300ms : 10s);
    CHECK(run() < (in_time ? 5000 : 9000));
    CHECK_FALSE(result.ok);
    CHECK_FALSE(result.ping_ms);
    CHECK_MESSAGE(result.reason.view().starts_with(test.told), result.reason.c_str());
  }
}

TEST_CASE_FIXTURE(Fixture, "a name is resolved first, which is not part of the ping but of the deadline") {
  std::atomic<bool> dns_down = false;
  fakes::DnsServer dns([&](auto, int family) -> std::optional<fakes::DnsReply> {
    if (dns_down) return std::nullopt;
    std::this_thread::sleep_for(100ms);
    return family == AF_INET ? fakes::DnsReply{.addresses = {"127.0.0.1"}} : fakes::DnsReply{.code = 3};
  });
  folder.write("resolv.conf", dns.resolv_conf());
  fakes::ScriptServer server([](Peer& peer) {
    peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  });
  const std::string port = std::to_string(server.port());
  configure("http://www.test:" + port);
  const double took_ms = run();
  CHECK_MESSAGE(result.ok, result.reason.c_str());
  REQUIRE(result.ping_ms);
  CHECK(*result.ping_ms <= took_ms - 100);

  dns_down = true;
  configure("http://other.test:" + port, 300ms);
  CHECK(run() < 5000);
  CHECK(result.reason.view() == "the name other.test cannot be resolved: no DNS server answered");
}

TEST_CASE_FIXTURE(Fixture, "a probe that is still under way is cancelled by the next, and counted") {
  std::atomic<int> requests = 0;
  fakes::ScriptServer server([&](Peer& peer) {
    peer.read_request();
    if (++requests == 1) return peer.hang();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  });
  configure(at(server));
  probe.start();
  REQUIRE(runner.run_until([&] { return requests == 1; }));
  run();
  CHECK(result.ok);
  CHECK(results == 1);
  CHECK(probe.overruns() == 1);
  runner.run_for(50ms);
  CHECK(results == 1);
}

TEST_CASE_FIXTURE(Fixture,
                  "a ping that is answered is internet, and how long it took; a user who may not ping is told") {
  configure("icmp://127.0.0.1");
  const double took_ms = run();
  if (result.ok) {
    REQUIRE(result.ping_ms);
    CHECK(*result.ping_ms > 0);
    CHECK(*result.ping_ms <= took_ms);
  } else {
    CHECK(::geteuid() != 0);
    CHECK(result.reason.view().contains("may not ping"));
  }
}

TEST_CASE_FIXTURE(Fixture, "a target that is refused leaves the old one; an empty one ends the probe") {
  fakes::ScriptServer server([](Peer& peer) { peer.hang(); });
  CHECK_FALSE(probe.configured());
  configure(at(server, "tcp"));
  CHECK_FALSE(probe.configure("ftp://127.0.0.1", 2s));
  CHECK(probe.configured());
  run();
  CHECK(result.ok);
  probe.start();
  configure("");
  CHECK_FALSE(probe.configured());
  results = 0;
  runner.run_for(50ms);
  CHECK(results == 0);
}

TEST_CASE_FIXTURE(Fixture, "an https probe asks over TLS, and only a server that is believed is internet") {
  const fakes::Certificates certificates(folder.file("made"));
  certificates.make({.name = "good"});
  const std::uint16_t port = fakes::free_port();
  const fakes::ChildProcess server("cd " + folder.file("made") +
                                       " && { printf 'HTTP/1.1 204 No Content\\r\\n\\r\\n'; sleep 1000; } | "
                                       "openssl s_server -quiet -accept 127.0.0.1:" +
                                       std::to_string(port) + " -cert good.pem -key good.key",
                                   folder.file("out"));
  REQUIRE(fakes::ChildProcess::wait_for_port(port));
  const std::string target = "https://127.0.0.1:" + std::to_string(port) + "/generate_204";
  tls.configure(certificates.path("ca.pem"));
  configure(target);
  run();
  CHECK_MESSAGE(result.ok, result.reason.c_str());
  CHECK(result.ping_ms);
  certificates.make_self_signed({.name = "foreign", .subject = "/CN=Nobody CA", .is_authority = true});
  tls.configure(certificates.path("foreign.pem"));
  run();
  CHECK_FALSE(result.ok);
  CHECK_MESSAGE(result.reason.view().find("signed by Limpet Test CA, which is not in") != std::string_view::npos,
                result.reason.c_str());
}

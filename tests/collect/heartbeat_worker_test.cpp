// SPDX-License-Identifier: MIT
#include "collect/heartbeat_worker.h"

#include <doctest/doctest.h>

#include <atomic>
#include <optional>
#include <string>

#include "fakes/loop_runner.h"
#include "fakes/script_server.h"

using namespace std::chrono_literals;
using fakes::Peer;

namespace {

struct Fixture {
  fakes::LoopRunner runner;
  net::Resolver resolver{runner.loop(), {.resolv_conf = "/nonexistent", .hosts = "/nonexistent"}};
  net::TlsService tls{runner.loop().clock()};
  collect::HeartbeatWorker worker{runner.loop(), resolver, tls,
                                  base::Callback<const collect::WorkerResult&>::to<&Fixture::on_result>(*this)};
  config::Settings settings;
  int results = 0;
  collect::WorkerResult result;

  void on_result(const collect::WorkerResult& told) {
    ++results;
    result = told;
  }
  void configure(const fakes::ScriptServer& server, std::chrono::milliseconds timeout = 2s) {
    settings.worker_url = "http://127.0.0.1:" + std::to_string(server.port()) + "/beat";
    settings.worker_secret = "hunter2";
    settings.worker_timeout = timeout;
    REQUIRE(worker.configure(settings));
    REQUIRE(worker.configured());
  }
  void run() {
    results = 0;
    worker.start(rules::Sample());
    CHECK(results == 0);
    REQUIRE(runner.run_until([this] { return results > 0; }, 20s));
    CHECK(results == 1);
  }
};

/// Header and body, as they came; empty when the client closed.
std::string read_post(Peer& peer) {
  const std::string head = peer.read_request();
  const std::size_t at = head.find("Content-Length: ");
  return at == std::string::npos ? head : head + peer.read_bytes(std::stoul(head.substr(at + 16)));
}

}  // namespace

TEST_CASE_FIXTURE(Fixture, "any status is an answer; secret and values go over one connection") {
  std::atomic<int> status = 0;
  std::string request;
  fakes::ScriptServer server([&](Peer& peer) {
    for (std::string got = read_post(peer); !got.empty(); got = read_post(peer)) {
      request = got;
      peer.send("HTTP/1.1 " + std::to_string(status) + " x\r\nContent-Length: 2\r\n\r\nok");
    }
  });
  configure(server);
  for (const int answered : {200, 204, 302, 401, 404, 500, 599}) {
    CAPTURE(answered);
    if (answered == 204) continue;  // has no body
    status = answered;
    run();
    CHECK(result.status == answered);
    CHECK(result.reason.empty());
  }
  CHECK(server.connections() == 1);
  CHECK(request.starts_with("POST /beat HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server.port()) + "\r\n"));
  CHECK(request.contains("\r\nAuthorization: Bearer hunter2\r\n"));
  CHECK(request.contains("\r\nContent-Type: application/json\r\n"));
  CHECK(request.contains("\r\n\r\n{\"timestamp_lima\": "));

  settings.worker_body = config::HeartbeatBody::kNone;
  settings.worker_secret.clear();
  REQUIRE(worker.configure(settings));
  run();
  CHECK(request.ends_with("\r\nContent-Length: 0\r\n\r\n"));
  CHECK_FALSE(request.contains("Authorization"));
  CHECK_FALSE(request.contains("Content-Type"));
}

TEST_CASE_FIXTURE(Fixture, "no answer in time, and none at all, are said without the secret") {
  const struct {
    const char* reason;
    fakes::ScriptServer::Script script;
    const char* told;
  } cases[] = {
      {"never answers", [](Peer& peer) { peer.hang(); }, "127.0.0.1 did not answer within 300 ms"},
      {"a byte now and then",
       [](Peer& peer) {
         read_post(peer);
         peer.send_slowly("HTTP/1.1 200 OK\r\n\r\n", 1s);
       },
       "127.0.0.1 did not answer within 300 ms"},
      {"closes", [](Peer& peer) { read_post(peer); }, "the connection was closed without an answer"},
      {"garbage",
       [](Peer& peer) {
         read_post(peer);
         peer.send("hunter2\r\n\r\n");
       },
       "the answer cannot be read"},
  };
  for (const auto& test : cases) {
    CAPTURE(test.reason);
    fakes::ScriptServer server(test.script);
    configure(server, std::string_view(test.told).ends_with("300 ms") ? 300ms : 5s);
    run();
    CHECK_FALSE(result.status);
    CHECK_MESSAGE(result.reason.view().starts_with(test.told), result.reason.c_str());
    CHECK_FALSE(result.reason.view().contains("hunter2"));
  }
  settings.worker_url = "http://127.0.0.1:9/";
  REQUIRE(worker.configure(settings));
  run();
  CHECK_FALSE(result.status);
  CHECK(result.reason.view() == "connect to 127.0.0.1 port 9: Connection refused");
}

TEST_CASE_FIXTURE(Fixture, "a status counts even when what follows it never ends") {
  fakes::ScriptServer server([](Peer& peer) {
    read_post(peer);
    peer.send("HTTP/1.1 503 x\r\nTransfer-Encoding: chunked\r\n\r\n");
    while (peer.send("5\r\nabcde\r\n")) {
    }
  });
  configure(server, 5s);
  run();
  CHECK(result.status == 503);
}

TEST_CASE_FIXTURE(Fixture, "configuring the same Worker again disturbs nothing; another one ends the request") {
  std::atomic<int> requests = 0;
  fakes::ScriptServer server([&](Peer& peer) {
    while (!read_post(peer).empty()) {
      ++requests;
      peer.sleep(50ms);
      peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    }
  });
  configure(server);
  worker.start(rules::Sample());
  REQUIRE(runner.run_until([&] { return requests == 1; }));
  REQUIRE(worker.configure(settings));
  REQUIRE(runner.run_until([&] { return results == 1; }));
  CHECK(result.status == 200);

  worker.start(rules::Sample());
  REQUIRE(runner.run_until([&] { return requests == 2; }));
  settings.worker_secret = "another";
  REQUIRE(worker.configure(settings));
  runner.run_for(100ms);
  CHECK(results == 1);
  settings.worker_url.clear();
  REQUIRE(worker.configure(settings));
  CHECK_FALSE(worker.configured());
}

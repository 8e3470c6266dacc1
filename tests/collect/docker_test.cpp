// SPDX-License-Identifier: MIT
#include "collect/docker.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "fakes/loop_runner.h"
#include "fakes/not_root.h"
#include "fakes/script_server.h"
#include "fakes/temporary_folder.h"
#include "net/unix_connect.h"

using namespace std::chrono_literals;
using fakes::Peer;
using rules::ContainerState;

namespace {

std::string chunked(const std::string& body) {
  char size[20];
  std::snprintf(size, sizeof size, "%zx\r\n", body.size());
  return std::string("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n") + size +
         body + "\r\n0\r\n\r\n";
}

std::string id_of(int number) {
  std::string id = std::to_string(number);
  return id + std::string(64 - id.size(), 'a');
}

std::string listed(int number, const char* state = "running") {
  return R"({"Id":")" + id_of(number) + R"(","Names":["/c)" + std::to_string(number) + R"("],"State":")" + state +
         R"("})";
}

std::string facts(int number, const std::string& more = "", const char* state = "running") {
  return R"({"Id":")" + id_of(number) + R"(","Name":"/c)" + std::to_string(number) + R"(","State":{"Status":")" +
         state + R"("})" + more + "}";
}

constexpr char kVersion[] = R"({"Version":"20.10.24","ApiVersion":"1.41","MinAPIVersion":"1.12"})";
constexpr char kEventsHead[] = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

/// An engine of which a test replaces what it does. One thread a connection: the events stay open beside the rest.
class Engine {
 public:
  std::atomic<int> containers = 2;
  std::atomic<int> lists = 0;
  std::function<std::string()> version = [] { return chunked(kVersion); };
  std::function<std::string()> list = [this] {
    std::string body = "[";
    for (int i = 1; i <= containers; ++i) body += (i > 1 ? "," : "") + listed(i);
    return chunked(body + "]");
  };
  std::function<std::string(int)> inspect = [](int number) { return chunked(facts(number)); };
  std::function<void(Peer&)> events = [](Peer& peer) {
    peer.send(kEventsHead);
    peer.hang();
  };

  void serve(Peer& peer) {
    for (;;) {
      const std::string request = peer.read_request();
      if (request.empty()) return;
      {
        const std::lock_guard lock(mutex_);
        requests_.push_back(request.substr(0, request.find(" HTTP")));
      }
      if (request.contains("/version ")) {
        peer.send(version());
      } else if (request.contains("/events?")) {
        return events(peer);
      } else if (request.contains("/containers/json")) {
        ++lists;
        if (!peer.send(list())) return;
      } else {
        const std::size_t at = request.find("/containers/") + 12;
        if (!peer.send(inspect(std::stoi(request.substr(at))))) return;
      }
    }
  }
  std::vector<std::string> requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> requests_;
};

/// Accepts in a thread, serves each connection in one of its own.
class EngineServer {
 public:
  EngineServer(const std::string& path, Engine& engine) {
    fd_.reset(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    REQUIRE(::bind(fd_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(fd_.get(), 16) == 0);
    path_ = path;
    thread_ = std::thread([this, &engine] { accept_all(engine); });
  }
  ~EngineServer() { stop(); }
  void stop() {
    if (!thread_.joinable()) return;
    stop_ = true;
    thread_.join();
    for (auto& connection : connections_) connection.join();
    fd_.reset();
    std::filesystem::remove(path_);
  }

 private:
  void accept_all(Engine& engine) {
    while (!stop_) {
      pollfd ready{fd_.get(), POLLIN, 0};
      if (::poll(&ready, 1, 10) <= 0) continue;
      const int accepted = ::accept4(fd_.get(), nullptr, nullptr, SOCK_CLOEXEC);
      if (accepted < 0) continue;
      connections_.emplace_back([this, accepted, &engine] {
        const os::UniqueFd fd(accepted);
        Peer peer(accepted, stop_);
        engine.serve(peer);
      });
    }
  }

  std::string path_;
  os::UniqueFd fd_;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
  std::vector<std::thread> connections_;
};

class StraightGate final : public collect::DockerGate {
 public:
  explicit StraightGate(event::Loop& loop) : connect_(loop) {}
  void set_path(const std::string& path, const std::string& otherwise) { connect_.set_path(path, otherwise); }
  void prepare(const rules::DockerRequest&) override {}
  bool keeps_alive() const override { return true; }
  void start(base::SteadyTime deadline, OnDone on_done) override { connect_.start(deadline, on_done); }
  void cancel() override { connect_.cancel(); }

 private:
  net::UnixConnect connect_;
};

struct Fixture {
  fakes::TemporaryFolder folder;
  fakes::LoopRunner runner;
  std::string path = folder.path() / "docker.sock";
  StraightGate events_gate{runner.loop()};
  StraightGate query_gate{runner.loop()};
  rules::ContainerWatch watch;
  int heard = 0;
  collect::Docker docker{runner.loop(), events_gate, query_gate, watch,
                         base::Callback<>::to<&Fixture::on_heard>(*this)};
  Engine engine;

  Fixture() {
    watch.configure({});
    set_path(path);
  }
  void set_path(const std::string& socket, const std::string& otherwise = {}) {
    events_gate.set_path(socket, otherwise);
    query_gate.set_path(socket, otherwise);
  }
  void on_heard() { ++heard; }
  void start(std::chrono::seconds check_interval = 30s) { docker.start(path, check_interval); }
  bool synced() {
    return runner.run_until([this] { return watch.synced() && docker.status().answers; }, 15s);
  }
  bool failed(base::Duration within = 15s) {
    return runner.run_until([this] { return docker.status().known && !docker.status().answers; }, within);
  }
  std::string reason() { return std::string(docker.status().reason.view()); }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "version, events, list, then each container") {
  EngineServer server(path, engine);
  start();
  CHECK(heard == 0);
  REQUIRE(synced());
  CHECK(watch.counts().running == 2);
  CHECK(docker.status().version.view() == "20.10.24");
  const auto requests = engine.requests();
  REQUIRE(requests.size() == 5);
  CHECK(requests[0] == "GET /version");
  CHECK(requests[1].starts_with("GET /v1.41/events?filters="));
  CHECK(requests[2] == "GET /v1.41/containers/json?all=1");
  CHECK(requests[3] == "GET /v1.41/containers/1aaaaaaaaaaa/json");
  CHECK(requests[4] == "GET /v1.41/containers/2aaaaaaaaaaa/json");
}

TEST_CASE_FIXTURE(Fixture, "an event is heard at once, in whatever pieces it comes") {
  std::atomic<bool> go = false;
  engine.events = [&](Peer& peer) {
    peer.send(kEventsHead);
    while (!go) peer.sleep(1ms);
    const std::string event = R"({"status":"die","Type":"container","Action":"die","Actor":{"ID":")" + id_of(1) +
                              R"(","Attributes":{"exitCode":"3","name":"c1"}}})"
                              "\n";
    peer.send_slowly("b0\r\n" + event + std::string(0xb0 - event.size(), ' ') + "\r\n", 1ms);
    peer.hang();
  };
  EngineServer server(path, engine);
  start();
  REQUIRE(synced());
  go = true;
  REQUIRE(runner.run_until([this] { return watch.counts().stopped == 1; }));
  CHECK(docker.status().events == 1);
  CHECK(docker.status().answers);
}

TEST_CASE_FIXTURE(Fixture, "another list each interval, and what it has not is gone") {
  EngineServer server(path, engine);
  start(1s);
  REQUIRE(synced());
  engine.containers = 1;
  REQUIRE(runner.run_until([this] { return watch.counts().judged == 1; }));
  CHECK(engine.lists >= 2);
  CHECK(docker.status().gaps == 0);
}

TEST_CASE_FIXTURE(Fixture, "what is due before the next cycle is done in this one") {
  EngineServer server(path, engine);
  start(30s);
  REQUIRE(synced());
  docker.on_cycle(10s);
  CHECK_FALSE(runner.run_until([this] { return engine.lists > 1; }, 100ms));
  docker.on_cycle(40s);
  CHECK(runner.run_until([this] { return engine.lists > 1; }));
  CHECK(docker.status().gaps == 0);
}

TEST_CASE_FIXTURE(Fixture, "an engine that ends is found again, and everything is looked at anew") {
  auto server = std::make_unique<EngineServer>(path, engine);
  start();
  REQUIRE(synced());
  server.reset();
  REQUIRE(failed());
  CHECK(docker.status().gaps == 1);
  engine.containers = 3;
  server = std::make_unique<EngineServer>(path, engine);
  REQUIRE(runner.run_until([this] { return docker.status().answers && watch.counts().running == 3; }, 20s));
  CHECK(docker.status().gaps == 1);
}

TEST_CASE_FIXTURE(Fixture, "why there is no engine is told apart") {
  start();
  REQUIRE(failed());
  CHECK(reason() == "there is no " + path + ": Docker is not installed or not started");
  {
    fakes::ScriptServer gone(path, [](Peer&) {});
  }
  start();
  REQUIRE(failed());
  CHECK(reason() == "nobody listens at " + path + ": Docker is not running");
  docker.start("", 30s);
  CHECK(docker.status().known);
  CHECK(reason() == "[docker] socket is empty");
}

TEST_CASE_FIXTURE(Fixture, "a socket that may not be used is told with what to do") {
  EngineServer server(path, engine);
  REQUIRE(::chmod(path.c_str(), 0) == 0);
  const fakes::NotRoot not_root;
  start();
  REQUIRE(failed());
  CHECK(reason() == "permission denied for " + path + ": add the user to the group docker");
}

TEST_CASE_FIXTURE(Fixture, "where Docker's socket is not there, another one is taken") {
  const std::string other = folder.path() / "podman.sock";
  EngineServer server(other, engine);
  set_path(path, other);
  start();
  REQUIRE(synced());
  CHECK(watch.counts().running == 2);
}

TEST_CASE_FIXTURE(Fixture, "answers that are none: said, and asked again") {
  const struct {
    const char* reason;
    std::string version;
    std::string list;
    const char* told;
  } cases[] = {
      {"no HTTP", "hello\r\n", "", "Docker: the answer cannot be read"},
      {"not JSON", chunked("OK"), "", "what Docker answered is not its version"},
      {"another object", chunked("{}"), "", "what Docker answered is not its version"},
      {"too old", chunked(R"({"ApiVersion":"1.20","MinAPIVersion":"1.12"})"), "", "this Docker is too old"},
      {"an error", "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n", "",
       "Docker answered 500 instead of its version"},
      {"a redirect", "HTTP/1.1 301 Moved\r\nContent-Length: 0\r\n\r\n", "", "Docker answered 301"},
      {"closed at once", "", "", "Docker: the connection was closed without an answer"},
      {"a list that is none", chunked(kVersion), chunked(R"({"message":"x"})"),
       "what Docker answered is not its list of containers"},
      {"a list with a number", chunked(kVersion), chunked("[1]"), "what Docker answered is not its list of containers"},
      {"a list that ends too early", chunked(kVersion), chunked("[" + listed(1)),
       "what Docker answered is not its list of containers"},
      {"a gigabyte is announced", chunked(kVersion), "HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n[",
       "Docker: the answer cannot be read: the body is too long"},
  };
  for (const auto& test : cases) {
    CAPTURE(test.reason);
    engine.version = [&] { return test.version; };
    engine.list = [&] { return test.list; };
    EngineServer server(path, engine);
    bool closes = test.version.empty() || test.version.starts_with("hello");
    if (closes) {
      server.stop();
      fakes::ScriptServer plain(path, [&](Peer& peer) {
        peer.read_request();
        peer.send(test.version);
      });
      start();
      REQUIRE(failed());
      CHECK_MESSAGE(reason().starts_with(test.told), reason());
      std::filesystem::remove(path);
      continue;
    }
    start();
    REQUIRE(failed());
    CHECK_MESSAGE(reason().starts_with(test.told), reason());
    CHECK_FALSE(watch.synced());
  }
}

TEST_CASE_FIXTURE(Fixture, "events that are none end it, and it begins again") {
  engine.events = [](Peer& peer) {
    peer.send(std::string(kEventsHead) + "5\r\nhello\r\n");
    peer.hang();
  };
  EngineServer server(path, engine);
  start();
  REQUIRE(runner.run_until([this] { return docker.status().gaps == 1 || engine.lists > 0; }));
  REQUIRE(runner.run_until([this] { return reason() == "what Docker answered is not its events"; }));
  engine.events = [](Peer& peer) {
    peer.send(kEventsHead);
    peer.hang();
  };
  CHECK(synced());
}

TEST_CASE_FIXTURE(Fixture, "events that nobody knows, or that make no sense, are skipped and counted") {
  engine.events = [](Peer& peer) {
    peer.send(kEventsHead);
    peer.send(
        "3\r\n{}\n\r\n"
        "1b\r\n{\"Type\":\"image\",\"Action\":1}\r\n");
    const std::string text = R"({"Type":"container","Action":")" + std::string(20'000, 'x') + "\"}\n";
    char size[20];
    std::snprintf(size, sizeof size, "%zx\r\n", text.size());
    peer.send(size + text + "\r\n");
    peer.hang();
  };
  EngineServer server(path, engine);
  start();
  REQUIRE(runner.run_until([this] { return docker.status().skipped == 3; }));
  CHECK(synced());
}

TEST_CASE_FIXTURE(Fixture, "one container that cannot be read is unknown, and the others are known") {
  const struct {
    const char* reason;
    std::string answer;
    ContainerState state;
  } cases[] = {
      {"another object", chunked("{}"), ContainerState::kUnknown},
      {"an error of the engine", "HTTP/1.1 500 Oops\r\nContent-Length: 2\r\n\r\n{}", ContainerState::kUnknown},
      {"too much of it", chunked(facts(1, ",\"RestartCount\":\"" + std::string(9000, 'x') + "\"")),
       ContainerState::kUnknown},
      {"gone meanwhile", "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}", ContainerState::kRunning},
      {"ten megabytes of what nobody wants",
       chunked(facts(1, ",\"Config\":{\"Env\":[\"" + std::string(10'000'000, 'e') + "\"]}")), ContainerState::kRunning},
  };
  for (const auto& test : cases) {
    CAPTURE(test.reason);
    watch = {};
    watch.configure({});
    engine.inspect = [&](int number) { return number == 1 ? test.answer : chunked(facts(number)); };
    EngineServer server(path, engine);
    start();
    REQUIRE(synced());
    REQUIRE(watch.containers().size() == 2);
    CHECK(watch.containers()[0].kept.state == test.state);
    CHECK(watch.containers()[1].kept.state == ContainerState::kRunning);
  }
}

TEST_CASE_FIXTURE(Fixture, "five hundred containers: those there is room for are known, the rest counted") {
  engine.containers = 500;
  EngineServer server(path, engine);
  start();
  REQUIRE(synced());
  CHECK(watch.containers().size() == base::limits::kContainers);
  CHECK(watch.running() == 500);
}

TEST_CASE_FIXTURE(Fixture, "an engine that hangs, or sends a byte now and then, is given up") {
  std::atomic<bool> over = false;
  engine.list = [&] {
    while (!over) std::this_thread::sleep_for(10ms);
    return std::string();
  };
  EngineServer server(path, engine);
  start();
  const bool given_up = failed(30s);
  over = true;
  REQUIRE(given_up);
  CHECK(reason() == "Docker did not answer within 10 s");
}

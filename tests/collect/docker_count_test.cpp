// SPDX-License-Identifier: MIT
#include "collect/docker_count.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "fakes/loop_runner.h"
#include "fakes/not_root.h"
#include "fakes/script_server.h"
#include "fakes/temporary_folder.h"
#include "net/unix_connect.h"

using namespace std::chrono_literals;
using fakes::Peer;

namespace {

/// What a real engine sent, byte by byte.
std::string recorded(const std::string& name) {
  std::ifstream file(LIMPET_FIXTURES "/docker/" + name, std::ios::binary);
  REQUIRE(file);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string with_length(std::string_view body) {
  return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + std::string(body);
}

struct Fixture {
  fakes::TemporaryFolder folder;
  fakes::LoopRunner runner;
  std::string path = folder.path() / "docker.sock";
  net::UnixConnect connect{runner.loop()};
  collect::DockerCount docker{runner.loop(), connect,
                              base::Callback<const collect::DockerCountResult&>::to<&Fixture::on_result>(*this)};
  int results = 0;
  collect::DockerCountResult result;

  Fixture() { configure(path); }
  void configure(const std::string& socket) {
    connect.set_path(socket);
    docker.configure(socket);
  }
  void on_result(const collect::DockerCountResult& told) {
    ++results;
    result = told;
  }
  void count() {
    results = 0;
    docker.start();
    CHECK(results == 0);
    REQUIRE(runner.run_until([this] { return results > 0; }, 4s));
    CHECK_FALSE(docker.running());
    CHECK((result.running >= 0) == result.reason.empty());
  }
  void count_in(const std::string& answer) {
    fakes::ScriptServer server(path, [&](Peer& peer) {
      peer.read_request();
      peer.send(answer);
    });
    count();
    std::filesystem::remove(path);
  }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "what three generations of engines sent is counted") {
  for (const char* version : {"20.10", "26.1", "28.5"}) {
    CAPTURE(version);
    count_in(recorded("containers_" + std::string(version) + ".raw"));
    CHECK(result.running == 4);
  }
  count_in("HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nContent-Type: application/json\r\nContent-Length: 3\r\n\r\n[]\n");
  CHECK(result.running == 0);
}

TEST_CASE_FIXTURE(Fixture, "the engine is asked for the running ones, and the connection is not kept") {
  std::string request;
  fakes::ScriptServer server(path, [&](Peer& peer) {
    request = peer.read_request();
    peer.send(with_length("[{}]"));
  });
  count();
  CHECK(result.running == 1);
  CHECK(request.starts_with("GET /containers/json HTTP/1.1\r\nHost: docker\r\n"));
  CHECK(request.find("Connection: close\r\n") != std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "an answer cut anywhere never gives a number") {
  const std::string whole = recorded("containers_26.1.raw");
  for (std::size_t length = 0; length < whole.size(); length += length + 8 < whole.size() ? 61 : 1) {
    CAPTURE(length);
    count_in(whole.substr(0, length));
    CHECK(result.running == -1);
  }
}

TEST_CASE_FIXTURE(Fixture, "answers that are no list of containers") {
  const struct {
    const char* reason;
    std::string answer;
    const char* told;
  } cases[] = {
      {"an engine's own error", recorded("not_found_28.5.raw"),
       "Docker answered 404 instead of its list of containers"},
      {"not JSON", recorded("ping_28.5.raw"), "Docker's answer is not a list of containers"},
      {"an object", with_length(R"({"message":"x"})"), "Docker's answer is not a list of containers"},
      {"broken JSON", with_length(R"([{"Id":"a"},])"), "Docker's answer is not a list of containers"},
      {"JSON that ends too early", with_length(R"([{"Id":"a"})"), "Docker's list of containers was cut off"},
      {"empty", with_length(""), "Docker's list of containers was cut off"},
      {"204", "HTTP/1.1 204 No Content\r\n\r\n", "Docker answered 204 instead of its list of containers"},
      {"a redirect", "HTTP/1.1 301 Moved\r\nContent-Length: 2\r\n\r\n[]", "Docker answered 301 instead"},
      {"no HTTP", "hello\r\n", "Docker: the answer cannot be read"},
      {"a gigabyte is announced", "HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n[",
       "Docker: the answer cannot be read: the body is too long"},
  };
  for (const auto& test : cases) {
    CAPTURE(test.reason);
    count_in(test.answer);
    CHECK(result.running == -1);
    CHECK_MESSAGE(result.reason.view().starts_with(test.told), result.reason.c_str());
  }
}

TEST_CASE_FIXTURE(Fixture, "names with brackets and quotes, in chunks that split them, are counted right") {
  const std::string body =
      R"([{"Names":["/a]["],"Labels":{"x":"\\\"},{"}},{"Ports":[{},{}],"Command":"sh -c \"[ 1 ]\""}])";
  std::string chunks;
  for (const char byte : body) chunks += std::string("1\r\n") + byte + "\r\n";
  count_in("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks + "0\r\n\r\n");
  CHECK(result.running == 2);
}

TEST_CASE_FIXTURE(Fixture, "a thousand containers stream by") {
  const std::string element = R"({"Id":")" + std::string(2500, 'x') + R"("})";
  std::string body = "[" + element;
  for (int i = 1; i < 1000; ++i) body += "," + element;
  count_in(with_length(body + "]"));
  CHECK(result.running == 1000);
}

TEST_CASE_FIXTURE(Fixture, "why there is no Docker is told apart") {
  count();
  CHECK(result.reason.view() == "there is no " + path + ": Docker is not installed or not started");

  {
    const fakes::ScriptServer gone(path, [](Peer&) {});
  }
  count();
  CHECK(result.reason.view() == "nobody listens at " + path + ": Docker is not running");

  configure("/" + std::string(200, 'x'));
  count();
  CHECK(result.reason.view().starts_with("Docker: connect to /xxx"));
}

TEST_CASE_FIXTURE(Fixture, "a socket that may not be used is told with what to do") {
  fakes::ScriptServer server(path, [](Peer& peer) { peer.hang(); });
  REQUIRE(::chmod(path.c_str(), 0) == 0);
  const fakes::NotRoot not_root;
  count();
  CHECK(result.reason.view() == "permission denied for " + path + ": add the user to the group docker");
}

TEST_CASE_FIXTURE(Fixture, "an engine that hangs is given up after two seconds") {
  fakes::ScriptServer server(path, [](Peer& peer) {
    peer.read_request();
    peer.send_slowly("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]", 200ms);
  });
  const auto begin = std::chrono::steady_clock::now();
  count();
  CHECK(std::chrono::steady_clock::now() - begin < 2300ms);
  CHECK(result.running == -1);
  CHECK(result.reason.view() == "Docker did not answer within 2 s");
}

TEST_CASE_FIXTURE(Fixture, "a count that is still under way is cancelled by the next, and counted") {
  std::atomic<int> requests = 0;
  fakes::ScriptServer server(path, [&](Peer& peer) {
    peer.read_request();
    if (++requests == 1) {
      peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[{},{},");
      return peer.hang();
    }
    peer.send(with_length("[{}]"));
  });
  docker.start();
  REQUIRE(runner.run_until([&] { return requests == 1; }));
  runner.run_for(20ms);
  count();
  CHECK(result.running == 1);
  CHECK(results == 1);
  CHECK(docker.overruns() == 1);
}

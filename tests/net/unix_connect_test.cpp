// SPDX-License-Identifier: MIT
#include "net/unix_connect.h"

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string>
#include <vector>

#include "fakes/loop_runner.h"
#include "fakes/not_root.h"
#include "fakes/temporary_folder.h"

using namespace std::chrono_literals;

namespace {

struct Fixture {
  fakes::TemporaryFolder folder;
  fakes::LoopRunner runner;
  net::UnixConnect unix_connect{runner.loop()};
  std::string path = folder.path() / "socket";
  int answers = 0;
  int code = 0;
  std::string error;
  net::Connection connection;

  void on_done(net::ConnectResult& result) {
    ++answers;
    code = result.error ? result.error->code() : 0;
    error = result.error ? std::string(result.error->text()) : "";
    if (!result.error) connection = std::move(result.connection);
  }
  void start(base::Duration limit) {
    answers = 0;
    unix_connect.set_path(path);
    unix_connect.start(runner.in(limit), net::Connector::OnDone::to<&Fixture::on_done>(*this));
    CHECK(answers == 0);
  }
  void connect(base::Duration limit = 1s) {
    start(limit);
    REQUIRE(runner.run_until([this] { return answers > 0; }, limit + 1s));
  }
  sockaddr_un address() const {
    sockaddr_un result{};
    result.sun_family = AF_UNIX;
    path.copy(result.sun_path, sizeof result.sun_path - 1);
    return result;
  }
  os::UniqueFd listen(int backlog) const {
    os::UniqueFd listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const sockaddr_un at = address();
    REQUIRE(::bind(listener.get(), reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0);
    REQUIRE(::listen(listener.get(), backlog) == 0);
    return listener;
  }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "a listener is connected to") {
  const os::UniqueFd listener = listen(4);
  connect();
  CHECK(error == "");
  CHECK(connection.fd);
}

TEST_CASE_FIXTURE(Fixture, "each way to fail has its own errno") {
  connect();
  CHECK(code == ENOENT);
  CHECK(error == "connect to " + path + ": No such file or directory");

  { const os::UniqueFd gone = listen(1); }
  connect();
  CHECK(code == ECONNREFUSED);

  path = folder.path() / "plain";
  folder.write("plain", "no socket");
  connect();
  CHECK(code == ECONNREFUSED);

  path = folder.path() / "plain/socket";
  connect();
  CHECK(code == ENOTDIR);

  path = "/" + std::string(107, 'x');
  connect();
  CHECK(code == ENAMETOOLONG);
}

TEST_CASE_FIXTURE(Fixture, "without the permission it is EACCES") {
  const os::UniqueFd listener = listen(4);
  REQUIRE(::chmod(path.c_str(), 0) == 0);
  const fakes::NotRoot not_root;
  connect();
  CHECK(code == EACCES);
}

TEST_CASE_FIXTURE(Fixture, "a full queue is waited for without blocking, up to the deadline") {
  const os::UniqueFd listener = listen(0);
  std::vector<os::UniqueFd> fillers;
  const sockaddr_un at = address();
  do {
    fillers.emplace_back(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  } while (::connect(fillers.back().get(), reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0);

  connect(100ms);
  CHECK(code == ETIMEDOUT);

  start(10s);
  runner.run_for(60ms);
  CHECK(answers == 0);
  const os::UniqueFd accepted(::accept(listener.get(), nullptr, nullptr));
  REQUIRE(runner.run_until([this] { return answers > 0; }));
  CHECK(error == "");
  CHECK(connection.fd);
}

TEST_CASE_FIXTURE(Fixture, "a cancelled connect never answers") {
  const os::UniqueFd listener = listen(4);
  start(1s);
  unix_connect.cancel();
  runner.run_for(50ms);
  CHECK(answers == 0);
}

// SPDX-License-Identifier: MIT
// The client of the commands, against real sockets that behave and that do not.
#include "cli/daemon_client.h"

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <string>
#include <thread>

#include "fakes/not_root.h"
#include "fakes/temporary_folder.h"
#include "os/unique_fd.h"

namespace {

using namespace std::chrono_literals;

// Accepts one connection after the other and lets `behaviour` have it; `turn` counts from 0.
class Listener {
 public:
  using Behaviour = std::function<void(int fd, int turn)>;

  Listener(const std::string& path, Behaviour behaviour) : fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    REQUIRE(::bind(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(fd_.get(), 8) == 0);
    thread_ = std::thread([this, behaviour = std::move(behaviour)] {
      while (true) {
        const os::UniqueFd peer(::accept(fd_.get(), nullptr, nullptr));
        if (!peer) return;
        behaviour(peer.get(), turns++);
      }
    });
  }
  ~Listener() {
    ::shutdown(fd_.get(), SHUT_RDWR);
    thread_.join();
  }

  std::atomic<int> turns = 0;

 private:
  os::UniqueFd fd_;
  std::thread thread_;
};

std::string read_request(int fd) {
  std::string request;
  char byte;
  while (!request.ends_with("\r\n\r\n") && ::recv(fd, &byte, 1, 0) == 1) request += byte;
  return request;
}

void write(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t sent = ::send(fd, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
}

bool contains(const base::Result<std::string>& answer, std::string_view word) {
  return !answer && answer.error().text().find(word) != std::string_view::npos;
}

}  // namespace

TEST_CASE("the body of the answer is given") {
  const fakes::TemporaryFolder folder;
  const std::string path = folder.file("limpet.sock");
  std::string request;
  const std::string body(100000, 'p');
  Listener listener(path, [&](int fd, int) {
    request = read_request(fd);
    write(fd, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + body);
  });
  const auto answer = cli::ask_daemon(path, "/status", 5s);
  REQUIRE(answer);
  CHECK(*answer == body);
  CHECK(request == "GET /status HTTP/1.1\r\nHost: limpet\r\nConnection: close\r\n\r\n");
}

TEST_CASE("no daemon: says so, where it looked, and how to start one") {
  const fakes::TemporaryFolder folder;
  for (const std::string& path : {folder.file("none.sock"), folder.write("file", "not a socket") + "/limpet.sock"}) {
    const auto answer = cli::ask_daemon(path, "/status", 1s);
    CHECK(contains(answer, "no daemon answers at " + path));
    CHECK(contains(answer, "limpet daemon"));
  }
}

TEST_CASE("a socket that a dead daemon left behind is no daemon") {
  const fakes::TemporaryFolder folder;
  const std::string path = folder.file("limpet.sock");
  {
    Listener gone(path, [](int, int) {});
  }
  CHECK(contains(cli::ask_daemon(path, "/status", 1s), "no daemon answers"));
}

TEST_CASE("a user who may not ask is told what to do") {
  const fakes::TemporaryFolder folder;
  const std::string path = folder.file("limpet.sock");
  Listener listener(path, [](int, int) {});
  ::chmod(path.c_str(), 0);
  const fakes::NotRoot nobody;
  CHECK(contains(cli::ask_daemon(path, "/status", 1s), "group limpet"));
}

TEST_CASE("what goes wrong at the other end is an error, in time") {
  struct Case {
    const char* reason;
    std::string_view text;  // what is sent before the end
    bool stays_open;
    std::chrono::milliseconds patience;  // short where nothing comes, or the same again and again
    const char* word;
  };
  const Case cases[] = {
      {"says nothing", "", true, 300ms, "in time"},
      {"stops in the middle", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", true, 300ms, "in time"},
      {"ends in the middle", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", false, 60s, "no limpet daemon"},
      {"speaks something else", "220 mail.example.com ESMTP\r\n", true, 60s, "no limpet daemon"},
      {"knows no such page",
       "HTTP/1.1 404 Not Found\r\nContent-Length: 33\r\n\r\n{\"message\":\"nothing is \\\"here\\\"\"}", true, 60s,
       "nothing is \"here\" (404)"},
      {"closes without a word", "", false, 2s, "reset"},
      {"turns everybody away", "HTTP/1.1 503 Full\r\nContent-Length: 4\r\n\r\nfull", false, 2s, "full (503)"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.reason);
    const fakes::TemporaryFolder folder;
    const std::string path = folder.file("limpet.sock");
    Listener listener(path, [&](int fd, int) {
      read_request(fd);
      write(fd, c.text);
      char byte;
      if (c.stays_open) (void)::recv(fd, &byte, 1, 0);
    });
    const auto begin = std::chrono::steady_clock::now();
    const auto answer = cli::ask_daemon(path, "/status", c.patience);
    CHECK(contains(answer, c.word));
    CHECK(std::chrono::steady_clock::now() - begin < 10s);
  }
}

TEST_CASE("a daemon whose connections are all taken is asked again") {
  const fakes::TemporaryFolder folder;
  const std::string path = folder.file("limpet.sock");
  Listener listener(path, [](int fd, int turn) {
    if (turn == 0) return;  // had to make room for another
    if (turn > 1) read_request(fd);
    write(fd, turn < 3 ? "HTTP/1.1 503 Full\r\nContent-Length: 0\r\n\r\n"
                       : "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  });
  const auto answer = cli::ask_daemon(path, "/status", 5s);
  REQUIRE(answer);
  CHECK(*answer == "ok");
  CHECK(listener.turns >= 4);
}

// SPDX-License-Identifier: MIT
// An HTTP server on a UNIX socket with a clock that is turned by hand, a small service behind it, and a peer that can
// do anything a peer can. Server and peer take turns in one thread.
#pragma once

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "event/loop.h"
#include "fakes/fake_clock.h"
#include "fakes/temporary_folder.h"
#include "net/http_server.h"
#include "net/http_service.h"
#include "os/unique_fd.h"

namespace fakes {

// Rows 0 to `rows` - 1, some thousand in a piece; cut off in the middle when it is `broken`.
class RowBody final : public net::BodySource {
 public:
  RowBody(int rows, bool broken, int& alive) : rows_(rows), broken_(broken), alive_(alive) { ++alive_; }
  ~RowBody() override { --alive_; }
  Fill fill(base::TextWriter& piece) override {
    while (next_ < rows_ && piece.left() >= 16) piece.appendf("row %d\n", next_++);
    if (broken_ && next_ > rows_ / 2) return Fill::kFailed;
    return next_ < rows_ ? Fill::kMore : Fill::kDone;
  }

 private:
  int rows_;
  int next_ = 0;
  bool broken_;
  int& alive_;
};

// Numbered events; the newest is the last.
class NumberedEvents final : public net::EventSource {
 public:
  bool next(std::uint64_t& position, base::TextWriter& out) override {
    if (position >= newest) return false;
    ++position;
    out.appendf("id: %llu\ndata: %s\n\n", static_cast<unsigned long long>(position), text.c_str());
    return true;
  }
  std::uint64_t newest = 0;
  std::string text = "new";
};

// "/short", "/long" (20,000 bytes), "/huge" (more than any room), "/body": what was sent, "/rows?N" and "/broken?N",
// "/later" (deferred), "/events?POSITION", "/constant", "/fields": what was understood; else what was asked for.
class HttpEcho final : public net::HttpService {
 public:
  bool takes_body(const net::HttpRequest& request) const override { return request.path.starts_with("/body"); }
  void answer(const net::HttpRequest& request, net::HttpResponse& response) override {
    ++calls;
    if (request.path == "/long") {
      response.body().append(std::string(20000, 'x'));
    } else if (request.path == "/huge") {
      for (int i = 0; i < 100; ++i) response.body().append(std::string(1000, 'y'));
    } else if (request.path.starts_with("/body")) {
      response.body().append(request.body).append("\n");
    } else if (request.path == "/rows" || request.path == "/broken") {
      response.stream<RowBody>(std::atoi(std::string(request.query).c_str()), request.path == "/broken", sources);
    } else if (request.path == "/later") {
      ticket = request.ticket;
      response.defer();
    } else if (request.path == "/events") {
      response.follow(events, static_cast<std::uint64_t>(std::atoi(std::string(request.query).c_str())));
    } else if (request.path == "/constant") {
      response.add_field("ETag", "\"c\"");
      response.set_constant_body(kConstant);
    } else if (request.path == "/fields") {
      const net::HttpFields& fields = request.fields;
      for (const std::string_view text : {fields.key, fields.session, fields.host, fields.origin, fields.forwarded_for,
                                          fields.if_none_match, fields.last_event_id}) {
        response.body().append(text).append("|");
      }
      response.body().append(fields.forwarded ? "forwarded|" : "|").append(fields.accepts_gzip ? "gzip" : "");
    } else {
      response.body().append(request.path).append(" ").append(request.query).append("\n");
    }
  }
  static inline const std::string kConstant = std::string(50000, 'c');
  int calls = 0;
  int sources = 0;  // that are alive
  net::HttpTicket ticket;
  NumberedEvents events;
};

struct HttpBox {
  HttpBox() { REQUIRE(server.open(socket_path())); }

  std::string socket_path() const { return folder.file("limpet.sock"); }
  void pump(int rounds = 20) {
    for (int i = 0; i < rounds; ++i) loop.run_once(std::chrono::milliseconds(0));
  }
  void advance(base::Duration by) {
    clock.advance(by);
    pump(3);
  }

  TemporaryFolder folder;
  fakes::FakeClock clock{base::WallTime{std::chrono::seconds(784111777)},
                         base::SteadyTime{std::chrono::seconds(1000)}};  // RFC 9110's own date
  event::Loop loop{clock};
  HttpEcho service;
  // On the heap, as its buffers are larger than a test's stack frame should be.
  std::unique_ptr<net::HttpServer> owner = std::make_unique<net::HttpServer>(loop, service);
  net::HttpServer& server = *owner;
};

class HttpPeer {
 public:
  explicit HttpPeer(HttpBox& box) : HttpPeer(box, box.socket_path()) {}
  HttpPeer(HttpBox& box, const std::string& path) : box_(box), fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0)) {
    connected = connect(path) == 0;
    box.pump(2);
  }
  // Another process, to the server: it is a child that connects the socket and ends (unix(7), SO_PEERCRED).
  static std::unique_ptr<HttpPeer> of_another_process(HttpBox& box) {
    std::unique_ptr<HttpPeer> peer(new HttpPeer(box, os::UniqueFd(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0))));
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) ::_exit(peer->connect(box.socket_path()) == 0 ? 0 : 1);
    int status = -1;
    REQUIRE(::waitpid(child, &status, 0) == child);
    peer->connected = status == 0;
    box.pump(2);
    return peer;
  }

  // As much as the kernel takes; then the server has its turn.
  std::size_t send(std::string_view bytes) {
    std::size_t sent = 0;
    for (int stuck = 0; sent < bytes.size() && stuck < 3;) {
      const ssize_t n = ::send(fd_.get(), bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
      if (n > 0) sent += static_cast<std::size_t>(n);
      stuck = n > 0 ? 0 : stuck + 1;
      box_.pump();
    }
    return sent;
  }
  // Everything there is; `ended` when the server has closed.
  std::string receive() {
    std::string all;
    for (int quiet = 0; quiet < 2;) {
      char bytes[4096];
      const ssize_t n = ::recv(fd_.get(), bytes, sizeof bytes, 0);
      if (n > 0) all.append(bytes, static_cast<std::size_t>(n));
      ended = n == 0 || (n < 0 && errno != EAGAIN);
      if (ended) break;
      quiet = n > 0 ? 0 : quiet + 1;
      box_.pump(4);
    }
    return all;
  }
  void half_close() {
    ::shutdown(fd_.get(), SHUT_WR);
    box_.pump();
  }
  void close() {
    fd_.reset();
    box_.pump();
  }
  int fd() const { return fd_.get(); }

  bool connected = false;
  bool ended = false;

 private:
  HttpPeer(HttpBox& box, os::UniqueFd fd) : box_(box), fd_(std::move(fd)) {}
  int connect(const std::string& path) const {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    return ::connect(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
  }

  HttpBox& box_;
  os::UniqueFd fd_;
};

inline std::string status_line(const std::string& answer) { return answer.substr(0, answer.find("\r\n")); }

inline int status_of(const std::string& answer) {
  return answer.starts_with("HTTP/1.1 ") ? std::atoi(answer.c_str() + 9) : 0;
}

inline int count(const std::string& text, std::string_view word) {
  int found = 0;
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++found;
  return found;
}

inline constexpr std::string_view kGet = "GET /short HTTP/1.1\r\nHost: x\r\n\r\n";

}  // namespace fakes

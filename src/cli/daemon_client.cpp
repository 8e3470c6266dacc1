// SPDX-License-Identifier: MIT
#include "cli/daemon_client.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <optional>

#include "lib/http_parser.h"
#include "lib/json.h"
#include "os/clock.h"
#include "os/unique_fd.h"

namespace cli {
namespace {

constexpr std::size_t kMaxAnswer = 1024 * 1024;
constexpr base::Duration kRetryPause = std::chrono::milliseconds(50);

struct Answer final : lib::HttpHandler {
  bool on_body(std::string_view piece) override {
    body.append(piece);
    return true;
  }
  std::string body;
};

class Exchange {
 public:
  Exchange(const std::string& path, base::SteadyTime deadline) : path_(path), deadline_(deadline) {}

  /// The status; the body is in answer().
  base::Result<unsigned> run(std::string_view target) {
    if (auto connected = connect(); !connected) return std::unexpected(connected.error());
    std::string request = "GET ";
    request.append(target).append(" HTTP/1.1\r\nHost: limpet\r\nConnection: close\r\n\r\n");
    // It fits into any socket's buffer. A daemon that turns us away may have closed before it: its answer is read then.
    if (::send(fd_.get(), request.data(), request.size(), MSG_NOSIGNAL) < 0 && errno != EPIPE) return broken(errno);
    return read_answer();
  }
  std::string& body() { return answer_.body; }

 private:
  base::Result<void> connect() {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path_.size() >= sizeof address.sun_path) {
      return std::unexpected(base::Error::format("the path of the daemon's socket is too long: %s", path_.c_str()));
    }
    std::memcpy(address.sun_path, path_.data(), path_.size());
    fd_.reset(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd_) return std::unexpected(base::Error::from_errno(errno, "open a socket"));
    if (::connect(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return {};
    const int code = errno;
    if (code == ENOENT || code == ECONNREFUSED || code == ENOTDIR) {
      return std::unexpected(base::Error::format(
          "no daemon answers at %s: start it with limpet daemon, or name its configuration with -c", path_.c_str()));
    }
    if (code == EACCES || code == EPERM) {
      return std::unexpected(base::Error::format(
          "this user may not ask the daemon at %s: use sudo, or join the group limpet", path_.c_str()));
    }
    return std::unexpected(base::Error::from_errno(code, "ask the daemon at", path_));
  }

  base::Result<unsigned> read_answer() {
    lib::HttpLimits limits;
    limits.body_bytes = kMaxAnswer;
    parser_.start_response(limits);
    using State = lib::HttpParser::State;
    State state = State::kMore;
    while (state == State::kMore) {
      if (!wait_readable()) {
        return std::unexpected(base::Error::format("the daemon at %s does not answer in time", path_.c_str()));
      }
      std::array<char, 4096> bytes;
      const ssize_t got = ::recv(fd_.get(), bytes.data(), bytes.size(), 0);
      if (got < 0 && (errno == EAGAIN || errno == EINTR)) continue;
      if (got < 0) return broken(errno);
      if (got == 0 && parser_.untouched()) return broken(ECONNRESET);
      state = got == 0 ? parser_.finish() : parser_.feed({bytes.data(), static_cast<std::size_t>(got)}).state;
    }
    if (state == State::kComplete) return parser_.status();
    return std::unexpected(base::Error::format("what answers at %s is no limpet daemon, or it ended: %s", path_.c_str(),
                                               parser_.failure().text));
  }

  bool wait_readable() const {
    const base::Duration left = deadline_ - os::SystemClock().steady_now();
    if (left <= base::Duration::zero()) return false;
    pollfd wanted{fd_.get(), POLLIN, 0};
    const auto ms = std::chrono::ceil<std::chrono::milliseconds>(left).count();
    const int ready = ::poll(&wanted, 1, static_cast<int>(ms));
    return ready > 0 || (ready < 0 && errno == EINTR);
  }

  base::Result<unsigned> broken(int code) const {
    return std::unexpected(base::Error::from_errno(code, "ask the daemon at", path_));
  }

  const std::string& path_;
  base::SteadyTime deadline_;
  os::UniqueFd fd_;
  Answer answer_;
  std::array<char, 256> value_room_;
  lib::HttpParser parser_{answer_, value_room_};
};

// True for what may be different in a moment: all connections are taken, or this one had to make room for another.
bool worth_another_try(const base::Result<unsigned>& status) {
  if (status) return *status == 503;
  return status.error().code() == EAGAIN || status.error().code() == ECONNRESET;
}

// Errors come as {"status":"error","message":"…"}.
std::string message_of(std::string_view body) {
  alignas(std::max_align_t) std::array<std::byte, 4096> memory;
  lib::JsonReader reader(memory);
  const auto json = reader.read(body);
  return std::string(json ? json->member("message").string().value_or("") : body);
}

base::Error refused(std::string_view target, const std::string& body, unsigned status) {
  return base::Error::format("the daemon does not answer %.*s: %s (%u)", static_cast<int>(target.size()), target.data(),
                             message_of(body).c_str(), status);
}

void pause() {
  const timespec time{0, static_cast<long>(kRetryPause.count())};
  ::nanosleep(&time, nullptr);
}

}  // namespace

base::Result<std::string> ask_daemon(const std::string& socket_path, std::string_view target, base::Duration timeout) {
  const base::SteadyTime deadline = os::SystemClock().steady_now() + timeout;
  std::optional<base::Error> before;  // of the try before, which says more than that time ran out in the last one
  while (true) {
    Exchange exchange(socket_path, deadline);
    const base::Result<unsigned> status = exchange.run(target);
    if (status && *status == 200) return std::move(exchange.body());
    const base::Error error = status ? refused(target, exchange.body(), *status) : status.error();
    const base::Duration left = deadline - os::SystemClock().steady_now();
    if (!worth_another_try(status) || left <= kRetryPause) {
      return std::unexpected(before && left <= base::Duration::zero() ? *before : error);
    }
    before = error;
    pause();
  }
}

}  // namespace cli

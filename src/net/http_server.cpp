// SPDX-License-Identifier: MIT
#include "net/http_server.h"

#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/log.h"

namespace net {

namespace {

constexpr int kAcceptsPerRound = 8;  // then the others in the loop have their turn
constexpr base::Duration kAcceptPause = std::chrono::seconds(1);

using SmallBuffers = std::array<HttpConnection::SmallBuffer, base::limits::kHttpConnections>;

// Connections can be neither copied nor moved: each is made in its place.
template <std::size_t... Index>
std::array<HttpConnection, sizeof...(Index)> make_connections(HttpShared& shared, SmallBuffers& small,
                                                              std::index_sequence<Index...>) {
  return {HttpConnection(shared, small[Index])...};
}

}  // namespace

HttpServer::HttpServer(event::Loop& loop, HttpService& service)
    : shared_{loop, service},
      watch_(loop, "HTTP socket", base::Callback<short>::to<&HttpServer::on_incoming>(*this)),
      resume_(loop, "HTTP accept pause", base::Callback<>::to<&HttpServer::on_resume>(*this)),
      connections_(make_connections(shared_, small_, std::make_index_sequence<base::limits::kHttpConnections>())) {}

base::Result<void> HttpServer::open(std::string_view path) {
  if (listener_.in_place() && path == path_) return resume_.armed() ? base::Result<void>() : listen();
  UnixListener fresh;
  if (auto opened = fresh.open(path); !opened) return opened;
  watch_.cancel();
  resume_.cancel();
  listener_ = std::move(fresh);
  path_ = path;
  return listen();
}

base::Result<void> HttpServer::listen() {
  if (watch_.watching()) return {};
  return watch_.watch(listener_.fd(), POLLIN);
}

base::Result<void> HttpServer::ensure() { return open(path_); }

void HttpServer::close() {
  watch_.cancel();
  resume_.cancel();
  listener_.close();
  for (HttpConnection& connection : connections_) connection.close();
}

std::size_t HttpServer::connection_count() const {
  std::size_t count = 0;
  for (const HttpConnection& connection : connections_) count += connection.is_open() ? 1 : 0;
  return count;
}

void HttpServer::on_incoming(short) {
  for (int i = 0; i < kAcceptsPerRound && accept_one(); ++i) {
  }
}

bool HttpServer::accept_one() {
  os::UniqueFd fd(::accept4(listener_.fd(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (fd) {
    ++shared_.statistics.accepted;
    admit(std::move(fd));
    return true;
  }
  if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR || errno == ECONNABORTED) return false;
  // Out of descriptors or memory: the peer stays in the queue, so poll(2) would report it again at once, for ever.
  ++shared_.statistics.accept_failures;
  base::log::warn("A connection has to wait: %s", std::strerror(errno));
  watch_.cancel();
  resume_.arm_after(kAcceptPause);
  return false;
}

void HttpServer::on_resume() {
  if (!listen()) resume_.arm_after(kAcceptPause);
}

void HttpServer::admit(os::UniqueFd fd) {
  HttpConnection* const slot = find_slot();
  if (slot == nullptr || !slot->open(fd)) turn_away(fd.get());
}

// So that peers which connect and say nothing, or never read, cannot keep the others out until their deadlines.
HttpConnection* HttpServer::find_slot() {
  HttpConnection* slowest = &connections_.front();
  for (HttpConnection& connection : connections_) {
    if (!connection.is_open()) return &connection;
    if (connection.waiting_since() < slowest->waiting_since()) slowest = &connection;
  }
  if (shared_.loop.now() - slowest->waiting_since() <= kPatience) return nullptr;
  ++shared_.statistics.cut_off;
  slowest->close();
  return slowest;
}

// Best effort: a peer whose buffer does not even take this is closed without a word.
void HttpServer::turn_away(int fd) {
  ++shared_.statistics.turned_away;
  std::array<char, 1024> room;
  HttpResponse response(room);
  response.become(503, "too many connections at once: try again in a moment");
  const std::string_view bytes =
      response.finish(shared_.loop.clock().wall_now(), HttpResponse::Connection::kClose, false);
  (void)::send(fd, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
}

}  // namespace net

// SPDX-License-Identifier: MIT
#include "net/http_server.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/log.h"
#include "net/fair_share.h"
#include "net/tcp_listener.h"

namespace net {

namespace {

constexpr int kAcceptsPerRound = 8;  // then the others in the loop have their turn
constexpr base::Duration kAcceptPause = std::chrono::seconds(1);

using SmallBuffers = std::array<SmallBuffer, base::limits::kHttpConnections>;

// Connections can be neither copied nor moved: each is made in its place.
template <std::size_t... Index>
std::array<HttpConnection, sizeof...(Index)> make_connections(HttpShared& shared, SmallBuffers& small,
                                                              std::index_sequence<Index...>) {
  return {HttpConnection(shared, small[Index], Index)...};
}

}  // namespace

HttpServer::HttpServer(event::Loop& loop, HttpService& service)
    : shared_{loop, service, base::Callback<const Peer&>::to<&HttpServer::free_large_buffer>(*this),
              base::Callback<const Peer&, bool, bool&>::to<&HttpServer::make_room_for_stream>(*this),
              TlsDoor(loop.clock(), base::Callback<const Peer&, bool&>::to<&HttpServer::make_room_for_tls>(*this))},
      socket_(*this, loop, "HTTP socket"),
      addresses_(make_entrances(*this, loop, std::make_index_sequence<base::limits::kHttpAddresses>())),
      resume_(loop, "HTTP accept pause", base::Callback<>::to<&HttpServer::on_resume>(*this)),
      connections_(make_connections(shared_, small_, std::make_index_sequence<base::limits::kHttpConnections>())) {}

HttpServer::Entrance::Entrance(HttpServer& server_, event::Loop& loop, const char* name)
    : server(server_), watch(loop, name, base::Callback<short>::to<&Entrance::on_incoming>(*this)) {}

base::Result<void> HttpServer::open(std::string_view path) {
  if (listener_.in_place() && path == path_) return resume_.armed() ? base::Result<void>() : listen();
  UnixListener fresh;
  if (auto opened = fresh.open(path); !opened) return opened;
  socket_.watch.cancel();
  listener_ = std::move(fresh);
  path_ = path;
  return listen();
}

void HttpServer::open(std::span<const base::ListenAddress> addresses) {
  for (std::size_t i = 0; i < addresses_.size(); ++i) {
    Entrance& entrance = addresses_[i];
    const base::ListenAddress wanted = i < addresses.size() ? addresses[i] : base::ListenAddress{};
    if (entrance.address == wanted) continue;
    entrance.watch.cancel();
    entrance.fd.reset();
    entrance.address = wanted;
    entrance.told = false;
  }
  for (Entrance& entrance : addresses_) ensure(entrance);
}

void HttpServer::ensure(Entrance& entrance) {
  if (entrance.address.port == 0 || entrance.watch.watching() || resume_.armed()) return;
  base::Result<void> opened;
  if (!entrance.fd) opened = listen_tcp(entrance.address, entrance.fd);
  if (opened) opened = entrance.watch.watch(entrance.fd.get(), POLLIN);
  const base::FixedString<base::IpAddress::kMaxText> ip = entrance.address.ip.text();
  if (!opened && !std::exchange(entrance.told, true)) {
    base::log::warn("Nobody can ask at %s port %u: %s. It is tried again in each cycle", ip.c_str(),
                    unsigned{entrance.address.port}, opened.error().c_str());
  } else if (opened && std::exchange(entrance.told, false)) {
    base::log::info("%s port %u can be asked now", ip.c_str(), unsigned{entrance.address.port});
  }
}

std::size_t HttpServer::address_count() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(addresses_, [](const Entrance& e) { return e.watch.watching(); }));
}

base::Result<void> HttpServer::listen() {
  if (socket_.watch.watching()) return {};
  return socket_.watch.watch(listener_.fd(), POLLIN);
}

base::Result<void> HttpServer::ensure() {
  for (Entrance& entrance : addresses_) ensure(entrance);
  return open(path_);
}

void HttpServer::close() {
  pause();
  resume_.cancel();
  listener_.close();
  for (Entrance& entrance : addresses_) entrance.fd.reset();
  for (HttpConnection& connection : connections_) connection.close();
}

void HttpServer::pause() {
  socket_.watch.cancel();
  for (Entrance& entrance : addresses_) entrance.watch.cancel();
}

std::size_t HttpServer::connection_count() const {
  std::size_t count = 0;
  for (const HttpConnection& connection : connections_) count += connection.is_open() ? 1 : 0;
  return count;
}

base::Result<void> HttpServer::set_certificate(std::string_view chain, std::string_view key) {
  return shared_.tls.configure(chain, key, base::Callback<>::to<&HttpServer::end_encrypted>(*this));
}

void HttpServer::end_encrypted() {
  for (HttpConnection& connection : connections_) {
    if (connection.has_tls()) connection.close();
  }
}

void HttpServer::accept_from(const Entrance& entrance) {
  for (int i = 0; i < kAcceptsPerRound && accept_one(entrance); ++i) {
  }
}

bool HttpServer::accept_one(const Entrance& entrance) {
  os::UniqueFd fd(::accept4(entrance.watch.fd(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (fd) {
    ++shared_.statistics.accepted;
    admit(std::move(fd), &entrance != &socket_ && shared_.tls.is_open());
    return true;
  }
  // Also what accept(2) tells of a connection that failed before it was taken.
  if (errno != EMFILE && errno != ENFILE && errno != ENOBUFS && errno != ENOMEM) return false;
  // Out of descriptors or memory: the peer stays in the queue, so poll(2) would report it again at once, for ever.
  ++shared_.statistics.accept_failures;
  base::log::warn("A connection has to wait: %s", std::strerror(errno));
  pause();
  resume_.arm_after(kAcceptPause);
  return false;
}

void HttpServer::on_resume() {
  for (Entrance& entrance : addresses_) ensure(entrance);
  if (!listen()) resume_.arm_after(kAcceptPause);
}

void HttpServer::admit(os::UniqueFd fd, bool encrypted) {
  const Peer peer = read_peer(fd.get());
  const auto is_free = [](const HttpConnection& connection) { return !connection.is_open(); };
  auto* slot = std::ranges::find_if(connections_, is_free);
  if (slot == connections_.end()) {
    displace(peer, &HttpConnection::is_open);
    slot = std::ranges::find_if(connections_, is_free);
  }
  if (slot != connections_.end() && slot->open(fd, peer, encrypted)) return;
  ++shared_.statistics.turned_away;
  if (!encrypted) turn_away(fd.get());
}

void HttpServer::free_large_buffer(const Peer& peer) { displace(peer, &HttpConnection::holds_large_buffer); }

void HttpServer::make_room_for_stream(const Peer& peer, bool encrypted, bool& room) {
  room = make_room(peer, &HttpConnection::follows, base::limits::kHttpStreams, kPatience) &&
         (!encrypted || make_room(peer, &HttpConnection::follows_with_tls, base::limits::kTlsStreams, kPatience));
}

void HttpServer::make_room_for_tls(const Peer& peer, bool& room) {
  room = make_room(peer, &HttpConnection::has_tls, base::limits::kTlsPeers, kTlsPatience);
}

bool HttpServer::make_room(const Peer& peer, bool (HttpConnection::*holds)() const, std::size_t limit,
                           base::Duration patience) {
  const auto full = [&] { return std::ranges::count_if(connections_, holds) >= static_cast<std::ptrdiff_t>(limit); };
  if (full()) displace(peer, holds, patience);
  return !full();
}

void HttpServer::wake(const EventSource& source) {
  for (HttpConnection& connection : connections_) connection.wake(source);
}

bool HttpServer::finish(HttpTicket ticket, base::Callback<HttpResponse&> write) {
  return ticket.slot < connections_.size() && connections_[ticket.slot].complete(ticket, write);
}

// So that peers which connect and say nothing, or never read, or are many, cannot keep the others out.
void HttpServer::displace(const Peer& newcomer, bool (HttpConnection::*holds)() const, base::Duration patience) {
  std::array<Holder, base::limits::kHttpConnections> holders;
  std::array<HttpConnection*, base::limits::kHttpConnections> connections;
  std::size_t count = 0;
  for (HttpConnection& connection : connections_) {
    if (!(connection.*holds)()) continue;
    holders[count] = {connection.peer(), connection.waiting_since()};
    connections[count++] = &connection;
  }
  const auto chosen = choose_displaced({holders.data(), count}, newcomer, shared_.loop.now(), patience);
  if (!chosen) return;
  ++shared_.statistics.cut_off;
  connections[*chosen]->close();
}

// Best effort: a peer whose buffer does not even take this is closed without a word.
void HttpServer::turn_away(int fd) const {
  std::array<char, 1280> room;
  HttpResponse response(room);
  response.become(503, "too many connections at once: try again in a moment");
  const std::string_view bytes =
      response.finish({.now = shared_.loop.clock().wall_now(), .connection = HttpResponse::Connection::kClose});
  (void)::send(fd, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
}

}  // namespace net

// SPDX-License-Identifier: MIT
// The HTTP server of the daemon, on its UNIX socket and on TCP: accepts, and hands each peer to one of a fixed number
// of connections. Owns the sockets and the connections; the answers come from its HttpService. Whatever peers do, it
// neither blocks the loop nor grows. When all connections are taken, fair_share.h says who makes room for a newcomer,
// or that it is turned away with a 503.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/limits.h"
#include "base/listen_address.h"
#include "event/fd_watch.h"
#include "event/loop.h"
#include "event/timer.h"
#include "net/http_connection.h"
#include "net/unix_listener.h"
#include "os/unique_fd.h"

namespace net {

class HttpServer {
 public:
  static constexpr base::Duration kPatience = std::chrono::milliseconds(500);
  /// With who has TLS, which newcomers can wait for: nobody whose handshake is under way is to lose it.
  static constexpr base::Duration kTlsPatience = std::chrono::seconds(3);

  /// Both are borrowed and outlive the server.
  HttpServer(event::Loop& loop, HttpService& service);
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  /// Listens on the UNIX socket `path`, which ensure() keeps from then on. When it listens already, it moves to the new
  /// path; on an error it stays where it was. Connections go on in either case.
  base::Result<void> open(std::string_view path);
  /// Listens on these TCP addresses besides, at most base::limits::kHttpAddresses of them, and on no other. One that
  /// cannot be had is told once in the log, and tried again by ensure().
  void open(std::span<const base::ListenAddress> addresses);
  /// Listens again when the socket's file is gone, as after somebody removed the data folder. A stat(2) when all is
  /// well: cheap enough for every cycle. Only after open(). Errors: of the UNIX socket.
  base::Result<void> ensure();
  /// Stops listening, removes the socket's file and closes every connection.
  void close();

  /// Certificate chain and key (PEM) of the TCP addresses, which then speak HTTPS and nothing else; both empty: plain
  /// HTTP. Connections that have the earlier pair end. On an error everything stays as it was.
  base::Result<void> set_certificate(std::string_view chain, std::string_view key);
  /// The tick that no handshake is to make late.
  void set_next_tick(base::WallTime tick) { shared_.tls.set_next_tick(tick); }

  /// There is something new in `source`: it is sent to those who follow it.
  void wake(const EventSource& source);
  /// Answers the request that HttpResponse::defer() left open: `write(HttpResponse&)` is called at once. False when its
  /// peer has gone, or was told meanwhile that it took too long.
  template <class Write>
  bool complete(HttpTicket ticket, Write write) {
    return finish(ticket, base::Callback<HttpResponse&>::to<&Write::operator()>(write));
  }

  bool listening() const { return socket_.watch.watching(); }
  /// TCP addresses that peers can come in by now.
  std::size_t address_count() const;
  std::size_t connection_count() const;
  const HttpStatistics& statistics() const { return shared_.statistics; }
  const TlsDoor::Statistics& tls_statistics() const { return shared_.tls.statistics(); }

 private:
  // What peers come in by.
  struct Entrance {
    Entrance(HttpServer& server_, event::Loop& loop, const char* name);
    void on_incoming(short /*events*/) { server.accept_from(*this); }

    HttpServer& server;
    os::UniqueFd fd;  // of TCP
    event::FdWatch watch;
    base::ListenAddress address;  // port 0: unused, or the UNIX socket's
    bool told = false;            // that it cannot be had
  };

  template <std::size_t... Index>
  static std::array<Entrance, sizeof...(Index)> make_entrances(HttpServer& server, event::Loop& loop,
                                                               std::index_sequence<Index...>) {
    return {((void)Index, Entrance(server, loop, "HTTP address"))...};
  }

  base::Result<void> listen();
  void ensure(Entrance& entrance);
  void pause();
  void on_resume();
  void accept_from(const Entrance& entrance);
  bool accept_one(const Entrance& entrance);
  void admit(os::UniqueFd fd, bool encrypted);
  void turn_away(int fd) const;
  void end_encrypted();
  void displace(const Peer& newcomer, bool (HttpConnection::*holds)() const, base::Duration patience = kPatience);
  void free_large_buffer(const Peer& peer);
  void make_room_for_stream(const Peer& peer, bool encrypted, bool& room);
  void make_room_for_tls(const Peer& peer, bool& room);
  bool make_room(const Peer& peer, bool (HttpConnection::*holds)() const, std::size_t limit, base::Duration patience);
  bool finish(HttpTicket ticket, base::Callback<HttpResponse&> write);

  HttpShared shared_;
  UnixListener listener_;
  std::string path_;
  Entrance socket_;
  std::array<Entrance, base::limits::kHttpAddresses> addresses_;
  event::Timer resume_;  // accepts again after the box was out of descriptors
  // Apart from the connections, so that the pages of those that never come stay untouched.
  std::array<SmallBuffer, base::limits::kHttpConnections> small_;
  std::array<HttpConnection, base::limits::kHttpConnections> connections_;
};

}  // namespace net

// SPDX-License-Identifier: MIT
// Connects to a server by TCP and, for https and where it is wanted, by TLS over it. The handshake is done step by
// step, so that its arithmetic never keeps the loop for longer than one step takes, and never begins shortly before a
// tick.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/fixed_string.h"
#include "event/fd_watch.h"
#include "event/loop.h"
#include "event/timer.h"
#include "net/connector.h"
#include "net/tcp_connect.h"
#include "net/tls_service.h"
#include "rules/url.h"

namespace net {

class WebConnect final : public Connector {
 public:
  WebConnect(event::Loop& loop, Resolver& resolver, TlsService& tls);
  ~WebConnect() = default;
  WebConnect(const WebConnect&) = delete;
  WebConnect& operator=(const WebConnect&) = delete;

  /// Of the next start(): host and port of `url`, with TLS when its scheme is https.
  void set_target(const rules::Url& url);
  void set_target(std::string_view host, std::uint16_t port, bool with_tls);

  /// Errors: TcpConnect's, or what is wrong with the server's TLS.
  void start(base::SteadyTime deadline, OnDone on_done) override;
  void cancel() override;

 private:
  void on_tcp(ConnectResult& result);
  void on_ready(short events);
  void on_deadline();
  void begin_handshake();
  void shake_hands();
  void finish(ConnectResult& result);
  void fail(const base::Error& error);

  event::Loop& loop_;
  TlsService& tls_service_;
  TcpConnect tcp_;
  Connection connection_;  // while hands are shaken
  event::FdWatch watch_;   // after connection_: it leaves the loop before the socket is closed
  event::Timer step_timer_;
  event::Timer deadline_timer_;
  base::FixedString<253> host_;
  std::uint16_t port_ = 0;
  bool with_tls_ = false;
  base::SteadyTime deadline_{};
  base::SteadyTime handshake_began_{};
  OnDone on_done_;
};

}  // namespace net

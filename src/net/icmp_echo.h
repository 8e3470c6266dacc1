// SPDX-License-Identifier: MIT
// One echo request ("ping") to a host, and the time until its reply. Resolves the name, then asks its addresses one
// after the other, each for its share of the time. Never waits in a call.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/callback.h"
#include "base/error.h"
#include "event/fd_watch.h"
#include "event/timer.h"
#include "net/connector.h"
#include "net/icmp_message.h"
#include "net/resolver.h"
#include "os/unique_fd.h"

namespace net {

/// Who gives raw sockets, as open_raw_icmp() makes them, to a process that may not have them itself; nullptr: nobody.
struct RawIcmpSource {
  Connector* v4 = nullptr;
  Connector* v6 = nullptr;
};

class IcmpEcho {
 public:
  /// The time from the request to the reply; or why there was none, of code ETIMEDOUT when the deadline passed.
  using OnDone = base::Callback<const base::Result<base::Duration>&>;

  IcmpEcho(event::Loop& loop, Resolver& resolver, RawIcmpSource raw);
  ~IcmpEcho() { cancel(); }
  IcmpEcho(const IcmpEcho&) = delete;
  IcmpEcho& operator=(const IcmpEcho&) = delete;

  void set_host(std::string_view host) { host_ = host; }

  /// `on_done` comes once for each start(), from the loop and never from inside start(); there everything is allowed,
  /// start() and the end of this object too. A request that is under way is cancelled.
  void start(base::SteadyTime deadline, OnDone on_done);
  void cancel();

 private:
  void on_lookup(const base::Result<AddressList>& addresses);
  void ask_next_address();
  void on_raw_socket(ConnectResult& result);
  void ask(bool raw);
  void on_ready(short events);
  void on_time();
  void on_address_failed(int code);
  void end_address();
  void finish(const base::Result<base::Duration>& result);
  const base::IpAddress& address() const { return addresses_[tried_ - 1]; }
  Connector* raw_source() const { return address().family() == AF_INET ? raw_.v4 : raw_.v6; }

  event::Loop& loop_;
  Resolver& resolver_;
  RawIcmpSource raw_;
  Lookup lookup_;
  os::UniqueFd fd_;
  event::FdWatch watch_;  // after fd_: it leaves the loop before the socket is closed
  event::Timer timer_;    // the end of the present address's share of the time
  AddressList addresses_;
  std::size_t tried_ = 0;
  std::string host_;
  EchoMark mark_;
  bool is_raw_ = false;
  bool forbidden_ = false;  // to have a socket
  base::SteadyTime sent_at_{};
  base::SteadyTime deadline_{};
  OnDone on_done_;
};

}  // namespace net

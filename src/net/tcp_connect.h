// SPDX-License-Identifier: MIT
// Connects to a host by TCP without ever waiting: resolves the name, then tries its addresses, the next one as soon as
// one fails or has not answered for a quarter of a second; the first that answers wins ("happy eyeballs", RFC 8305,
// with the addresses' order as the resolver gives it). When all that were known from before fail, the name is resolved
// again: the host may have moved.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "event/fd_watch.h"
#include "event/loop.h"
#include "event/timer.h"
#include "net/connector.h"
#include "net/resolver.h"

namespace net {

class TcpConnect final : public Connector {
 public:
  /// RFC 8305 section 5, "Connection Attempt Delay".
  static constexpr std::chrono::milliseconds kNextAddress{250};

  TcpConnect(event::Loop& loop, Resolver& resolver);
  ~TcpConnect() = default;
  TcpConnect(const TcpConnect&) = delete;
  TcpConnect& operator=(const TcpConnect&) = delete;

  /// Of the next start(): a host name or an address, without brackets.
  void set_target(std::string_view host, std::uint16_t port);

  /// Errors: what the lookup says, or "connect to www.example.org port 80: Connection refused" with the errno.
  void start(base::SteadyTime deadline, OnDone on_done) override;
  void cancel() override;

 private:
  struct Attempt {
    explicit Attempt(TcpConnect& tcp_connect)
        : owner(tcp_connect),
          watch(tcp_connect.loop_, "TCP connect", base::Callback<short>::to<&Attempt::on_ready>(*this)) {}
    void on_ready(short events);

    TcpConnect& owner;
    os::UniqueFd fd;
    event::FdWatch watch;  // after fd: it leaves the loop before the socket is closed
    base::SteadyTime began{};
  };

  void on_lookup(const base::Result<AddressList>& addresses);
  void on_next_address();
  void on_deadline();
  void try_next_address();
  int begin(Attempt& attempt, const base::IpAddress& address);
  void remember(int code);
  void give_up();
  bool any_under_way() const;
  void succeed(Attempt& attempt);
  void fail(const base::Error& error);
  base::Error error(int code) const;

  event::Loop& loop_;
  Resolver& resolver_;
  Lookup lookup_;
  event::Timer next_timer_;
  event::Timer deadline_timer_;
  std::array<Attempt, AddressList::kMax> attempts_;  // one for each address
  AddressList addresses_;
  std::size_t tried_ = 0;
  int error_code_ = 0;  // of the address that failed most tellingly
  bool again_ = false;  // the name is resolved for the second time
  std::string host_;
  std::uint16_t port_ = 0;
  base::SteadyTime deadline_{};
  OnDone on_done_;
};

}  // namespace net

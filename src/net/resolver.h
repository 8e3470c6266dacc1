// SPDX-License-Identifier: MIT
// Names to addresses inside the loop, without a thread and without a wait. A literal address, /etc/hosts and
// "localhost" answer without a server; else IPv4 and IPv6 are asked for apart, so that one that fails never hurts the
// other. When no server answers, the last good addresses do. Follows resolv.conf(5) as DHCP rewrites it.
#pragma once

#include <sys/types.h>
#include <time.h>

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/callback.h"
#include "base/error.h"
#include "base/time.h"
#include "event/fd_watch.h"
#include "event/loop.h"
#include "event/timer.h"
#include "lib/dns.h"
#include "net/address_list.h"
#include "net/dns_cache.h"

namespace net {

class Lookup;

struct ResolverFiles {
  std::string resolv_conf = "/etc/resolv.conf";
  std::string hosts = "/etc/hosts";
};

/// Outlives its lookups.
class Resolver {
 public:
  explicit Resolver(event::Loop& loop, ResolverFiles files = {});
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  /// The addresses of `name` led nowhere: it is asked for again before they are used again.
  void distrust(std::string_view name);

 private:
  friend class Lookup;

  /// Three servers over UDP and over TCP; what is above goes unanswered and its question to the next server.
  static constexpr std::size_t kSockets = 6;
  struct Socket {
    explicit Socket(Resolver& resolver)
        : owner(resolver), watch(resolver.loop_, "DNS answer", base::Callback<short>::to<&Socket::on_ready>(*this)) {}
    void on_ready(short events);

    Resolver& owner;
    event::FdWatch watch;
  };
  /// What changes when somebody writes the file anew.
  struct FileMark {
    ino_t inode = 0;
    off_t size = 0;
    timespec modified{};
  };

  AddressList known_without_asking(std::string_view name);
  base::Result<void> ask(Lookup& lookup);
  base::Result<void> open_or_reload();
  void add(Lookup& lookup);
  void remove(Lookup& lookup);
  void on_socket(const lib::DnsSocket& socket);
  void on_answer(const lib::DnsAnswer& answer);
  void on_retry_time();
  void arm_retry_timer();

  event::Loop& loop_;
  ResolverFiles files_;
  FileMark resolv_conf_mark_;
  DnsCache cache_;
  Lookup* first_lookup_ = nullptr;  // of those that wait for a server
  event::Timer retry_timer_;
  std::array<Socket, kSockets> sockets_;
  lib::Dns dns_;  // last: its end closes the sockets above
};

/// One question for the addresses of a name; a value member of whoever asks.
class Lookup {
 public:
  using OnDone = base::Callback<const base::Result<AddressList>&>;

  /// Once one family is known, how long the other is waited for. RFC 8305 section 3.
  static constexpr std::chrono::milliseconds kSecondFamily{50};
  /// How long the servers have before the last good addresses are taken instead.
  static constexpr std::chrono::milliseconds kBeforeLastGood{500};

  /// `on_done` comes once for each start(), from the loop and never from inside start(); there everything is allowed,
  /// start() and the end of this object too. The result has one address at least, or says why not: "the name
  /// www.example.org cannot be resolved: no DNS server answered".
  Lookup(Resolver& resolver, OnDone on_done);
  ~Lookup() { cancel(); }
  Lookup(const Lookup&) = delete;
  Lookup& operator=(const Lookup&) = delete;

  /// `name` is a host name or an address, without brackets; it is copied. A lookup that is under way is cancelled.
  void start(std::string_view name, base::SteadyTime deadline);
  /// The same, but only what the servers say now counts: whether they answer at all is what is to be known.
  void ask_servers(std::string_view name, base::SteadyTime deadline);
  void cancel();
  bool running() const { return timer_.armed(); }
  /// Servers were asked for the present result. If not, it was known before and may not be so any more.
  bool asked() const { return asked_; }
  /// Some server answered the present question, if only to say that it does not know.
  bool answered() const { return is_answer(v4_.status) || is_answer(v6_.status); }

 private:
  friend class Resolver;
  struct Family {
    std::optional<lib::DnsStatus> status;  // once it was answered
    AddressList addresses;
  };

  static bool is_answer(std::optional<lib::DnsStatus> status) {
    return status && *status != lib::DnsStatus::kNoAnswer && *status != lib::DnsStatus::kBadName;
  }
  void begin(std::string_view name, base::SteadyTime deadline);
  void on_answer(const lib::DnsAnswer& answer);
  void finish_within(base::Duration delay);
  void on_time();
  base::Result<AddressList> result() const;
  base::Error error(const char* why) const;

  Resolver& resolver_;
  OnDone on_done_;
  event::Timer timer_;
  lib::DnsName name_;  // in lower case
  Family v6_;
  Family v4_;
  std::optional<base::Error> failure_;  // of asking itself
  Lookup* next_ = nullptr;
  bool waiting_ = false;  // in the resolver's list
  bool asked_ = false;
  bool only_servers_ = false;
};

}  // namespace net

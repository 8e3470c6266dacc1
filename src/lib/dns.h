// SPDX-License-Identifier: MIT
// Asks DNS servers for the addresses of a name: the wrapper over c-ares. Owns c-ares' channel with its sockets; has no
// thread, no wait and no clock of its own: the owner watches the sockets and the time it is told of. Knows neither
// /etc/hosts nor a cache (net/resolver.h has them).
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/callback.h"
#include "base/error.h"
#include "base/fixed_string.h"
#include "base/ip_address.h"
#include "base/time.h"

struct ares_channeldata;

namespace lib {

/// RFC 1035 section 2.3.4: 255 bytes on the wire are 253 characters, and a dot may end them.
using DnsName = base::FixedString<254>;

enum class DnsStatus : std::uint8_t {
  kFound,
  kNoSuchName,    // the servers say: there is no such name (NXDOMAIN)
  kNoAddress,     // the name exists, without an address of this family
  kBadName,       // no server can be asked for this
  kServerFailed,  // a server answered, but could not or would not help (SERVFAIL, REFUSED, garbage)
  kNoAnswer,      // no server answered
};

/// The answer to one question. Everything in it lives only during the call.
struct DnsAnswer {
  std::string_view name;  // as it was asked
  int family = 0;         // AF_INET or AF_INET6
  DnsStatus status = DnsStatus::kNoAnswer;
  std::span<const base::IpAddress> addresses;
  std::chrono::seconds ttl{};  // the smallest of the addresses'
};

/// A socket of the channel: what poll(2) shall wait for. Neither: the socket is about to be closed.
struct DnsSocket {
  int fd = -1;
  bool want_read = false;
  bool want_write = false;
};

class Dns {
 public:
  static constexpr std::size_t kMaxQuestions = 8;        // at once, of all names and families
  static constexpr std::size_t kMaxAddresses = 4;        // of an answer; the rest are left out
  static constexpr std::chrono::milliseconds kTry{500};  // until the next server is asked; doubled in each round
  static constexpr std::chrono::milliseconds kMaxTry{2000};
  static constexpr int kTries = 3;  // of each server: slow ones come from afar, or ask others first

  /// Both callbacks come from inside ask(), process() and reload(): they must not destroy or call this object. None
  /// comes from the destructor but `on_socket` for sockets that close.
  Dns(base::Callback<const DnsSocket&> on_socket, base::Callback<const DnsAnswer&> on_answer)
      : on_socket_(on_socket), on_answer_(on_answer) {}
  ~Dns();
  Dns(const Dns&) = delete;
  Dns& operator=(const Dns&) = delete;

  /// Reads the servers out of `resolv_conf`, resolv.conf(5); where there are none the box itself is asked.
  base::Result<void> open(const char* resolv_conf);
  bool is_open() const { return channel_ != nullptr; }
  /// Reads the file again. Questions that are under way go on with the new servers.
  base::Result<void> reload();

  /// Asks for the addresses of one family; search domains are tried as resolv.conf(5) has it. A question that is
  /// under way already is not asked twice. False when kMaxQuestions are under way.
  bool ask(std::string_view name, int family);

  /// A socket is ready, or (with fd -1) next_timeout() has passed.
  void process(int fd, bool readable, bool writable);
  /// How long until process() is wanted again although no socket is ready; nothing when no question is under way.
  std::optional<base::Duration> next_timeout() const;

  static std::string_view version();

 private:
  struct Callbacks;  // the C side, in the .cpp
  struct Question {
    Dns* owner = nullptr;
    DnsName name;
    int family = 0;
    bool under_way = false;
  };

  base::Callback<const DnsSocket&> on_socket_;
  base::Callback<const DnsAnswer&> on_answer_;
  ares_channeldata* channel_ = nullptr;
  std::array<Question, kMaxQuestions> questions_;
  bool closing_ = false;
};

}  // namespace lib

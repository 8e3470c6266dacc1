// SPDX-License-Identifier: MIT
// The addresses of the last few names, for as long as the servers allow, and after that as the last good ones for when
// no server answers (RFC 8767). A fixed table, the oldest name goes first; time comes in as an argument.
#pragma once

#include <array>
#include <chrono>
#include <span>
#include <string_view>

#include "base/ip_address.h"
#include "base/time.h"
#include "lib/dns.h"
#include "net/address_list.h"

namespace net {

class DnsCache {
 public:
  static constexpr std::size_t kNames = 8;
  static constexpr std::chrono::seconds kMaxTtl{300};  // the servers' own, if that is shorter
  static constexpr std::chrono::hours kMaxStale{24};   // how old a last good address may be

  void put(std::string_view name, int family, std::span<const base::IpAddress> addresses, std::chrono::seconds ttl,
           base::SteadyTime now);
  /// The name is known to have no address of this family.
  void forget(std::string_view name, int family);
  /// The addresses did not work: ask again before they are used again, but keep them as the last good ones.
  void expire(std::string_view name);

  /// What need not be asked again; empty when it must be.
  AddressList fresh(std::string_view name, base::SteadyTime now) const;
  /// The last good addresses, of any age up to kMaxStale.
  AddressList last_good(std::string_view name, base::SteadyTime now) const;

 private:
  struct Family {
    AddressList addresses;
    base::SteadyTime stored{};
    base::SteadyTime expires{};
  };
  struct Entry {
    lib::DnsName name;  // empty: free
    base::SteadyTime used{};
    Family v6;
    Family v4;
  };

  Entry* find(std::string_view name);
  const Entry* find(std::string_view name) const;
  Entry& find_or_make(std::string_view name);

  std::array<Entry, kNames> entries_;
};

}  // namespace net

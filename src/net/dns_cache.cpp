// SPDX-License-Identifier: MIT
#include "net/dns_cache.h"

#include <algorithm>

namespace net {

void DnsCache::put(std::string_view name, int family, std::span<const base::IpAddress> addresses,
                   std::chrono::seconds ttl, base::SteadyTime now) {
  Entry& entry = find_or_make(name);
  entry.used = now;
  Family& place = family == AF_INET6 ? entry.v6 : entry.v4;
  place = {.addresses = AddressList(addresses), .stored = now, .expires = now + std::min(ttl, kMaxTtl)};
}

void DnsCache::forget(std::string_view name, int family) {
  if (Entry* const entry = find(name)) (family == AF_INET6 ? entry->v6 : entry->v4) = {};
}

void DnsCache::expire(std::string_view name) {
  if (Entry* const entry = find(name)) entry->v6.expires = entry->v4.expires = {};
}

AddressList DnsCache::fresh(std::string_view name, base::SteadyTime now) const {
  const Entry* const entry = find(name);
  if (entry == nullptr) return {};
  const auto usable = [now](const Family& family) {
    return now < family.expires ? family.addresses.span() : std::span<const base::IpAddress>();
  };
  return AddressList::by_turns(usable(entry->v6), usable(entry->v4));
}

AddressList DnsCache::last_good(std::string_view name, base::SteadyTime now) const {
  const Entry* const entry = find(name);
  if (entry == nullptr) return {};
  const auto usable = [now](const Family& family) {
    return now - family.stored <= kMaxStale ? family.addresses.span() : std::span<const base::IpAddress>();
  };
  return AddressList::by_turns(usable(entry->v6), usable(entry->v4));
}

DnsCache::Entry* DnsCache::find(std::string_view name) {
  return const_cast<Entry*>(static_cast<const DnsCache*>(this)->find(name));
}

const DnsCache::Entry* DnsCache::find(std::string_view name) const {
  const auto found = std::ranges::find_if(entries_, [name](const Entry& entry) { return entry.name == name; });
  return name.empty() || found == entries_.end() ? nullptr : &*found;
}

DnsCache::Entry& DnsCache::find_or_make(std::string_view name) {
  if (Entry* const entry = find(name)) return *entry;
  const auto older = [](const Entry& left, const Entry& right) {
    return left.name.empty() != right.name.empty() ? left.name.empty() : left.used < right.used;
  };
  Entry& entry = *std::ranges::min_element(entries_, older);
  entry = {};
  entry.name = lib::DnsName(name);
  return entry;
}

}  // namespace net

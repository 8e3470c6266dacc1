// SPDX-License-Identifier: MIT
#include "net/dns_cache.h"

#include <doctest/doctest.h>

#include <string>

using namespace std::chrono_literals;

namespace {

struct Fixture {
  net::DnsCache cache;
  base::SteadyTime now{1000h};

  void put(std::string_view name, const char* address, std::chrono::seconds ttl) {
    const base::IpAddress parsed = *base::IpAddress::parse(address);
    cache.put(name, parsed.family(), {&parsed, 1}, ttl, now);
  }
  std::string fresh(std::string_view name) const { return text(cache.fresh(name, now)); }
  std::string last_good(std::string_view name) const { return text(cache.last_good(name, now)); }

  static std::string text(const net::AddressList& list) {
    std::string all;
    for (const auto& address : list.span()) all += std::string(address.text().view()) + " ";
    return all;
  }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "addresses are fresh for their time, and the last good ones for a day") {
  put("a", "192.0.2.1", 60s);
  CHECK(fresh("a") == "192.0.2.1 ");
  CHECK(fresh("b").empty());
  now += 59s;
  CHECK(fresh("a") == "192.0.2.1 ");
  now += 1s;
  CHECK(fresh("a").empty());
  CHECK(last_good("a") == "192.0.2.1 ");
  now += net::DnsCache::kMaxStale;
  CHECK(last_good("a").empty());
}

TEST_CASE_FIXTURE(Fixture, "a time to live of a week is shortened, one of zero is never fresh") {
  put("a", "192.0.2.1", 604800s);
  put("b", "192.0.2.2", 0s);
  CHECK(fresh("b").empty());
  CHECK(last_good("b") == "192.0.2.2 ");
  now += net::DnsCache::kMaxTtl;
  CHECK(fresh("a").empty());
}

TEST_CASE_FIXTURE(Fixture, "the families are kept apart and tried by turns") {
  put("a", "192.0.2.1", 60s);
  put("a", "2001:db8::1", 10s);
  CHECK(fresh("a") == "2001:db8::1 192.0.2.1 ");
  now += 30s;
  CHECK(fresh("a") == "192.0.2.1 ");
  CHECK(last_good("a") == "2001:db8::1 192.0.2.1 ");
  cache.forget("a", AF_INET6);
  CHECK(last_good("a") == "192.0.2.1 ");
}

TEST_CASE_FIXTURE(Fixture, "addresses that did not work are asked for again, but not lost") {
  put("a", "192.0.2.1", 60s);
  cache.expire("a");
  CHECK(fresh("a").empty());
  CHECK(last_good("a") == "192.0.2.1 ");
  put("a", "192.0.2.2", 60s);
  CHECK(fresh("a") == "192.0.2.2 ");
}

TEST_CASE_FIXTURE(Fixture, "when the table is full the name goes that was answered longest ago") {
  for (std::size_t i = 0; i < net::DnsCache::kNames; ++i) {
    put("name" + std::to_string(i), "192.0.2.1", 300s);
    now += 1s;
  }
  put("name0", "192.0.2.2", 300s);
  now += 1s;
  put("another", "192.0.2.3", 300s);
  CHECK(fresh("name0") == "192.0.2.2 ");
  CHECK(fresh("name1").empty());
  CHECK(fresh("name2") == "192.0.2.1 ");
  CHECK(fresh("another") == "192.0.2.3 ");
}

TEST_CASE_FIXTURE(Fixture, "names that are not in the table are no mistake") {
  cache.forget("a", AF_INET);
  cache.expire("a");
  CHECK(fresh("").empty());
  CHECK(last_good("a").empty());
}

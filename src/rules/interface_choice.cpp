// SPDX-License-Identifier: MIT
#include "rules/interface_choice.h"

#include <algorithm>

namespace rules {
namespace {

// en, wl and ww are those of systemd.net-naming-scheme(7), which gives a Raspberry Pi 5 "end0".
constexpr std::string_view kPorts[] = {"eth", "en", "wl", "ww", "usb", "ppp", "rmnet", "lan", "wan", "ib"};
constexpr std::string_view kPlumbing[] = {"veth", "docker", "br-",    "cni",     "flannel", "cali",   "cilium", "lxc",
                                          "vnet", "virbr",  "tap",    "ifb",     "dummy",   "sit",    "ip6tnl", "tunl",
                                          "gre",  "erspan", "ip_vti", "ip6_vti", "ip6gre",  "podman", "nlmon",  "teql"};

bool begins_with_one_of(std::string_view name, auto& prefixes) {
  return std::ranges::any_of(prefixes, [name](std::string_view prefix) { return name.starts_with(prefix); });
}

}  // namespace

bool is_interface_name(std::string_view name) {
  constexpr std::size_t kLongest = 15;
  const auto plain = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || c == '-' ||
           c == '.' || c == '@' || c == ':';
  };
  if (name.empty() || name.size() > kLongest || name == "." || name == "..") return false;
  return name.front() != '-' && std::ranges::all_of(name, plain);
}

InterfaceRank interface_rank(std::string_view name) {
  if (begins_with_one_of(name, kPlumbing)) return InterfaceRank::kPlumbing;
  if (begins_with_one_of(name, kPorts)) return InterfaceRank::kPort;
  return InterfaceRank::kOther;
}

bool interface_wanted(std::string_view name, bool had_traffic) {
  if (name == "lo") return false;
  return had_traffic || interface_rank(name) == InterfaceRank::kPort;
}

}  // namespace rules

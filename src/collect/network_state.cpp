// SPDX-License-Identifier: MIT
#include "collect/network_state.h"

#include "os/kernel_text.h"
#include "os/net_dev.h"
#include "os/net_route.h"
#include "os/read_file.h"
#include "rules/interface_choice.h"

namespace collect {

using rules::LayerState;

void NetworkState::read_routes(std::span<char> text, rules::NetworkPath& path) {
  std::optional<std::uint32_t> best;
  const auto consider = [&](const os::RouteLine& route) {
    if (!route.is_default || (best && *best <= route.metric)) return;
    best = route.metric;
    path.has_default_route = true;
    path.gateway = route.gateway;
    interface_ = rules::InterfaceName(route.interface);
  };
  auto table = os::read_head(procfs_root_, "/net/route", text);
  while (const auto route = table ? os::take_route_line(*table) : std::nullopt) consider(*route);
  if (path.has_default_route) return;
  table = os::read_head(procfs_root_, "/net/ipv6_route", text);
  while (const auto route = table ? os::take_route6_line(*table) : std::nullopt) consider(*route);
}

// An interface with an address has a route to those beside it.
bool NetworkState::has_route(std::span<char> text) const {
  auto table = os::read_head(procfs_root_, "/net/route", text);
  while (const auto route = table ? os::take_route_line(*table) : std::nullopt) {
    if (interface_ == route->interface) return true;
  }
  return false;
}

bool NetworkState::is_neighbour(std::span<char> text, const base::IpAddress& address) const {
  auto table = os::read_head(procfs_root_, "/net/arp", text);
  while (const auto neighbour = table ? os::take_neighbour_line(*table) : std::nullopt) {
    if (neighbour->address == address) return neighbour->complete;
  }
  return false;
}

// Source: Documentation/ABI/testing/sysfs-class-net, operstate; drivers that do not know say "unknown".
LayerState NetworkState::read_link(std::span<char> text) const {
  base::FixedString<64> path("/class/net/");
  path.append(interface_).append("/operstate");
  auto state = os::read_head(sysfs_root_, path, text);
  if (!state) return state.error().code() == ENOENT ? LayerState::kFail : LayerState::kUnknown;
  const std::string_view word = os::take_field(*state);
  return word.starts_with("up") || word.starts_with("unknown") ? LayerState::kOk : LayerState::kFail;
}

// A box that never had a default route while Limpet ran: its first cable or antenna.
void NetworkState::find_port(std::span<char> text) {
  auto table = os::read_head(procfs_root_, "/net/dev", text);
  while (const auto line = table ? os::take_net_dev_line(*table) : std::nullopt) {
    if (rules::interface_rank(line->name) != rules::InterfaceRank::kPort || line->name == "lo") continue;
    interface_ = rules::InterfaceName(line->name);
    return;
  }
}

rules::NetworkPath NetworkState::read(std::span<char> text) {
  rules::NetworkPath path;
  read_routes(text, path);
  if (interface_.empty()) find_port(text);
  path.interface = interface_;
  if (interface_.empty()) return path;
  path.link = read_link(text);
  path.address = path.has_default_route || has_route(text) ? LayerState::kOk : LayerState::kFail;
  if (path.gateway) path.neighbour = is_neighbour(text, *path.gateway);
  return path;
}

}  // namespace collect

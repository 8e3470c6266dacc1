// SPDX-License-Identifier: MIT
#include "heal/interface_bounce.h"

#include <net/if.h>
#include <net/route.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>

#include "base/log.h"
#include "os/net_route.h"
#include "os/read_file.h"
#include "os/unique_fd.h"
#include "rules/interface_choice.h"

namespace heal {
namespace {

// Those of one interface; a box has one of them, or two.
struct DefaultRoutes {
  struct Route {
    std::optional<base::IpAddress> gateway;
    std::uint32_t metric = 0;
  };
  std::array<Route, 4> v4;
  std::size_t count = 0;
  bool any = false;  // of IPv6 too
};

// In this process's own network, whatever procfs the rest of Limpet looks at. Default routes stand first.
DefaultRoutes default_routes(std::string_view interface) {
  DefaultRoutes routes;
  std::array<char, 16384> text;
  auto table = os::read_head("/proc", "/self/net/route", text);
  while (const auto route = table ? os::take_route_line(*table) : std::nullopt) {
    if (!route->is_default || route->interface != interface) continue;
    routes.any = true;
    if (routes.count < routes.v4.size()) routes.v4[routes.count++] = {route->gateway, route->metric};
  }
  table = os::read_head("/proc", "/self/net/ipv6_route", text);
  while (const auto route = table ? os::take_route6_line(*table) : std::nullopt) {
    routes.any = routes.any || (route->is_default && route->interface == interface);
  }
  return routes;
}

Outcome failed(std::string_view what, std::string_view name) {
  Outcome outcome{.error = errno};
  outcome.text.append(what).append(" ").append(name).append(": ").append(::strerror(outcome.error));
  return outcome;
}

int set_up(int socket, ifreq& request, bool up) {
  if (::ioctl(socket, SIOCGIFFLAGS, &request) != 0) return -1;
  const int flags = up ? request.ifr_flags | IFF_UP : request.ifr_flags & ~IFF_UP;
  request.ifr_flags = static_cast<short>(flags);
  return ::ioctl(socket, SIOCSIFFLAGS, &request);
}

// One that is there again already, as whoever gives the address was faster, is left.
bool put_back(int socket, char* interface, const DefaultRoutes& routes) {
  for (std::size_t i = 0; i < routes.count; ++i) {
    const DefaultRoutes::Route& route = routes.v4[i];
    rtentry entry{};
    entry.rt_dst.sa_family = entry.rt_genmask.sa_family = entry.rt_gateway.sa_family = AF_INET;
    entry.rt_flags = RTF_UP;
    if (route.gateway) {
      sockaddr_storage address;
      route.gateway->to_sockaddr(0, address);
      std::memcpy(&entry.rt_gateway, &address, sizeof entry.rt_gateway);
      entry.rt_flags |= RTF_GATEWAY;
    }
    entry.rt_metric = static_cast<short>(route.metric + 1);  // route(8): ioctl's are counted from 1
    entry.rt_dev = interface;
    if (::ioctl(socket, SIOCADDRT, &entry) != 0 && errno != EEXIST) return false;
  }
  return true;
}

Outcome bounce(std::string_view name, const DefaultRoutes& routes, std::chrono::seconds down) {
  ifreq request{};
  std::ranges::copy(name, request.ifr_name);
  const os::UniqueFd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket) return failed("open a socket for", name);
  if (set_up(socket.get(), request, false) != 0) return failed("take down", name);
  const timespec wait{.tv_sec = down.count(), .tv_nsec = 0};
  ::nanosleep(&wait, nullptr);
  if (set_up(socket.get(), request, true) != 0) return failed("take up", name);
  if (!put_back(socket.get(), request.ifr_name, routes)) return failed("put back the default route of", name);
  return {};
}

}  // namespace

Outcome bounce_interface(std::string_view name, bool also_default, std::chrono::seconds down) {
  if (!rules::interface_wanted(name, true) || rules::interface_rank(name) == rules::InterfaceRank::kPlumbing ||
      name.empty() || name.size() >= IFNAMSIZ) {
    return {EPERM, "it is no interface that Limpet takes down"};
  }
  const DefaultRoutes routes = default_routes(name);
  if (routes.any && !also_default) {
    return {EPERM, "the default route goes through it, and [network] bounce_default is no"};
  }
  const Outcome outcome = bounce(name, routes, down);
  if (outcome.error == 0) {
    base::log::info("%.*s was taken down, and up again", static_cast<int>(name.size()), name.data());
  }
  return outcome;
}

}  // namespace heal

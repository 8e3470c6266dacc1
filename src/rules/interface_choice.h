// SPDX-License-Identifier: MIT
// Which network interfaces deserve one of the few places in a sample: a box that runs thirty containers has thirty veth
// interfaces, and they must not push out eth0. Judged by the names that the kernel, systemd, udev and Docker give.
#pragma once

#include <cstdint>
#include <string_view>

namespace rules {

/// As the kernel has them, of what a person would write: no blank and no slash, and no option of a command. Source:
/// net/core/dev.c, dev_valid_name().
bool is_interface_name(std::string_view name);

/// The lower comes first.
enum class InterfaceRank : std::uint8_t {
  kPort,   // what a cable, an antenna or a modem is on, as its name says: eth0, end0, enp3s0, wlan0, usb0, wwan0, ppp0,
           // lan1
  kOther,  // bridges, bonds, tunnels and whatever a person named: br0, bond0, wg0, tailscale0, office
  kPlumbing  // what containers and the kernel make by themselves: veth…, docker0, br-0123456789ab, cni0, ifb0, sit0
};

InterfaceRank interface_rank(std::string_view name);

/// False for the loopback, and for all but a port as long as not a single byte went through.
bool interface_wanted(std::string_view name, bool had_traffic);

}  // namespace rules

// SPDX-License-Identifier: MIT
#include "rules/interface_choice.h"

#include <doctest/doctest.h>

using rules::InterfaceRank;

TEST_CASE("names tell what an interface is") {
  for (const std::string_view name : {"eth0", "end0", "enp3s0", "enx001122334455", "wlan0", "wlp2s0", "wlx0123", "usb0",
                                      "wwan0", "ppp0", "lan1", "wan"}) {
    CAPTURE(name);
    CHECK(rules::interface_rank(name) == InterfaceRank::kPort);
  }
  for (const std::string_view name :
       {"br0", "bond0", "wg0", "tun0", "tailscale0", "office", "", "\xff", "lxd", "dock"}) {
    CAPTURE(name);
    CHECK(rules::interface_rank(name) == InterfaceRank::kOther);
  }
  for (const std::string_view name : {"veth1a2b3c4", "docker0", "docker_gwbridge", "br-5c1d2e3f4a5b", "cni0", "virbr0",
                                      "vnet3", "ifb0", "dummy0", "sit0", "ip6tnl0", "tunl0", "gretap0", "flannel.1"}) {
    CAPTURE(name);
    CHECK(rules::interface_rank(name) == InterfaceRank::kPlumbing);
  }
}

TEST_CASE("what can be the name of an interface") {
  for (const std::string_view name : {"eth0", "wlp2s0", "eth0.100", "br-lan", "wan@dsl", "0123456789abcde"}) {
    CAPTURE(name);
    CHECK(rules::is_interface_name(name));
  }
  for (const std::string_view name :
       {"", ".", "..", "eth0/x", "eth 0", "-n", "0123456789abcdef", "eth0\n", "\xc3\xa4", "a\"b"}) {
    CAPTURE(name);
    CHECK_FALSE(rules::is_interface_name(name));
  }
}

TEST_CASE("a port is shown even before its first byte; the loopback never") {
  CHECK(rules::interface_wanted("eth0", false));
  CHECK(rules::interface_wanted("veth0", true));
  CHECK_FALSE(rules::interface_wanted("veth0", false));
  CHECK_FALSE(rules::interface_wanted("wg0", false));
  CHECK_FALSE(rules::interface_wanted("lo", true));
}

// SPDX-License-Identifier: MIT
// In a network of the test's own, with a port eth0 and nothing else.
#include "heal/interface_bounce.h"

#include <doctest/doctest.h>
#include <sched.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "fakes/in_child.h"
#include "fakes/possible.h"

namespace {

using namespace std::chrono_literals;

bool run(const std::string& command) { return ::system((command + " >/dev/null 2>&1").c_str()) == 0; }

// True: `work` is done in a network of its own; false: this test may not have one.
template <class Work>
int in_network(Work work) {
  constexpr int kNoNetwork = 200;
  const int result = fakes::in_child([&] {
    if (::unshare(CLONE_NEWNET) != 0) return kNoNetwork;
    if (!run("ip link add eth0 type veth peer name far") || !run("ip link set far up")) return kNoNetwork;
    if (!run("ip link set eth0 up && ip address add 192.0.2.2/24 dev eth0")) return kNoNetwork;
    return work();
  });
  return fakes::possible(result != kNoNetwork, "needs root and ip(8)") ? result : 0;
}

bool has_default() { return run("ip -4 route show default via 192.0.2.1 dev eth0 metric 77 | grep -q ."); }

}  // namespace

TEST_CASE("an interface that carries the default route stays up, unless that is allowed") {
  CHECK(in_network([] {
          if (!run("ip route add default via 192.0.2.1 metric 77")) return 1;
          const heal::Outcome refused = heal::bounce_interface("eth0", false, 0s);
          if (refused.error != EPERM || !refused.text.view().contains("bounce_default")) return 2;
          if (!has_default()) return 3;
          if (heal::bounce_interface("eth0", true, 0s).error != 0) return 4;
          if (!run("ip link show eth0 up | grep -q eth0")) return 5;
          return has_default() ? 0 : 6;
        }) == 0);
}

TEST_CASE("so does one that carries the default route of IPv6 only") {
  CHECK(in_network([] {
          if (!run("ip -6 address add 2001:db8::2/64 dev eth0 nodad")) return 0;  // a kernel without IPv6
          if (!run("ip -6 route add default via 2001:db8::1")) return 1;
          return heal::bounce_interface("eth0", false, 0s).error == EPERM ? 0 : 2;
        }) == 0);
}

TEST_CASE("an interface without one is taken down and up, and its driver begins anew") {
  CHECK(in_network([] {
          // The kernel takes an interface's own routes with it, and makes but that of its address again.
          if (!run("ip route add 198.51.100.0/24 via 192.0.2.9")) return 1;
          if (heal::bounce_interface("eth0", false, 0s).error != 0) return 2;
          if (run("ip route show 198.51.100.0/24 | grep -q .")) return 3;
          return run("ip route show 192.0.2.0/24 dev eth0 | grep -q .") ? 0 : 4;
        }) == 0);
}

TEST_CASE("what is no port of the box is left alone, and what is not there is told") {
  CHECK(in_network([] {
          if (!run("ip link set lo up")) return 1;
          for (const char* name : {"", "lo", "veth9", "docker0", "0123456789abcdef"}) {
            if (heal::bounce_interface(name, true, 0s).error != EPERM) return 2;
          }
          if (!run("ip link show lo up | grep -q lo")) return 3;
          return heal::bounce_interface("eth7", true, 0s).error == ENODEV ? 0 : 4;
        }) == 0);
}

// SPDX-License-Identifier: MIT
#include "collect/network_state.h"

#include <doctest/doctest.h>

#include <array>

#include "fakes/temporary_folder.h"

using rules::LayerState;

namespace {

constexpr std::string_view kDefault = "eth0\t00000000\t010200C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n";
constexpr std::string_view kOwn = "eth0\t000200C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0\n";

struct Box {
  fakes::TemporaryFolder folder;
  collect::NetworkState state;
  std::array<char, 4096> text;

  Box() {
    state.configure(folder.file("proc"), folder.file("sys"));
    routes(std::string(kDefault) + std::string(kOwn));
    folder.write("sys/class/net/eth0/operstate", "up\n");
    folder.write("proc/net/arp", "192.0.2.1        0x1         0x2         02:fc:00:00:00:05     *        eth0\n");
  }
  void routes(const std::string& lines) const { folder.write("proc/net/route", "Iface\tDestination\n" + lines); }
  rules::NetworkPath read() { return state.read(text); }
};

}  // namespace

TEST_CASE_FIXTURE(Box, "a box that is well") {
  const auto path = read();
  CHECK(path.interface.view() == "eth0");
  CHECK(path.link == LayerState::kOk);
  CHECK(path.address == LayerState::kOk);
  CHECK(path.has_default_route);
  REQUIRE(path.gateway);
  CHECK(path.gateway->text().view() == "192.0.2.1");
  CHECK(path.neighbour);
}

TEST_CASE_FIXTURE(Box, "the interface of the default route is the one looked at, also after that is gone") {
  read();
  routes("");
  CHECK(read().interface.view() == "eth0");
  CHECK(read().link == LayerState::kOk);
  CHECK(read().address == LayerState::kFail);
  routes(std::string(kOwn));
  CHECK(read().address == LayerState::kOk);
  CHECK_FALSE(read().has_default_route);
  for (const char* const down : {"down\n", "lowerlayerdown\n", "dormant\n", "notpresent\n", ""}) {
    folder.write("sys/class/net/eth0/operstate", down);
    CHECK(read().link == LayerState::kFail);
  }
  folder.write("sys/class/net/eth0/operstate", "unknown\n");
  CHECK(read().link == LayerState::kOk);
  std::filesystem::remove_all(folder.file("sys/class/net/eth0"));
  CHECK(read().link == LayerState::kFail);
}

TEST_CASE_FIXTURE(Box, "of two default routes the one that the kernel takes") {
  routes("wlan0\t00000000\t01010A0A\t0003\t0\t0\t600\t00000000\t0\t0\t0\n" + std::string(kDefault));
  CHECK(read().interface.view() == "eth0");
}

TEST_CASE_FIXTURE(Box, "a gateway that is no neighbour") {
  folder.write("proc/net/arp", "192.0.2.1        0x1         0x0         00:00:00:00:00:00     *        eth0\n");
  CHECK_FALSE(read().neighbour);
  folder.write("proc/net/arp", "");
  CHECK_FALSE(read().neighbour);
}

TEST_CASE_FIXTURE(Box, "a box with IPv6 alone") {
  routes("");
  const std::string zero(32, '0');
  folder.write("proc/net/ipv6_route", zero + " 00 " + zero +
                                          " 00 fe800000000000000000000000000001 00000400 00000001 "
                                          "00000000 00000003     eth0\n");
  const auto path = read();
  CHECK(path.has_default_route);
  CHECK_FALSE(path.gateway);
  CHECK(path.address == LayerState::kOk);
}

TEST_CASE("a box that never had a route: its first port, or nothing") {
  const fakes::TemporaryFolder folder;
  collect::NetworkState state;
  std::array<char, 4096> text;
  state.configure(folder.file("proc"), folder.file("sys"));
  CHECK(state.read(text).interface.empty());
  CHECK(state.read(text).link == LayerState::kUnknown);
  folder.write("proc/net/dev",
               "Inter-|\n face |\n lo: 1 1 0 0 0 0 0 0 1 1 0 0 0 0 0 0\ndocker0: 1 1 0 0 0 0 0 0 1 1 0 0 0 0 0 "
               "0\n  end0: 1 1 0 0 0 0 0 0 1 1 0 0 0 0 0 0\n");
  folder.write("sys/class/net/end0/operstate", "down\n");
  CHECK(state.read(text).interface.view() == "end0");
  CHECK(state.read(text).link == LayerState::kFail);
}

// SPDX-License-Identifier: MIT
// The server on TCP: its addresses come and go, and its peers are who they are.
#include "net/tcp_listener.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/listen_address.h"
#include "fakes/http_box.h"

namespace {

using base::ListenAddress;
using fakes::HttpBox;
using fakes::kGet;

// A port that nobody has now.
std::uint16_t free_port() {
  const os::UniqueFd fd(::socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  REQUIRE(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), size) == 0);
  REQUIRE(::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
  return ntohs(address.sin_port);
}

ListenAddress at(std::string_view ip, std::uint16_t port) { return {*base::IpAddress::parse(ip), port}; }

std::string ask(HttpBox& box, const ListenAddress& address) {
  sockaddr_storage storage{};
  const socklen_t size = address.ip.to_sockaddr(address.port, storage);
  const os::UniqueFd fd(::socket(address.ip.family(), SOCK_STREAM, 0));
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&storage), size) != 0) return "nobody";
  (void)::send(fd.get(), kGet.data(), kGet.size(), 0);
  box.pump();
  char bytes[4096];
  const ssize_t got = ::recv(fd.get(), bytes, sizeof bytes, MSG_DONTWAIT);
  return {bytes, static_cast<std::size_t>(std::max<ssize_t>(got, 0))};
}

}  // namespace

TEST_CASE("addresses come and go, the connections stay") {
  HttpBox box;
  const ListenAddress first = at("127.0.0.1", free_port());
  const ListenAddress second = at("127.0.0.2", first.port);
  box.server.open(std::vector{first, second});
  CHECK(box.server.address_count() == 2);
  CHECK(fakes::status_of(ask(box, first)) == 200);
  CHECK(fakes::status_of(ask(box, second)) == 200);
  box.server.open(std::vector{second});
  CHECK(ask(box, first) == "nobody");
  CHECK(fakes::status_of(ask(box, second)) == 200);
  box.server.open(std::span<const ListenAddress>());
  CHECK(box.server.address_count() == 0);
  fakes::HttpPeer peer(box);
  peer.send(kGet);
  CHECK(fakes::status_of(peer.receive()) == 200);
}

TEST_CASE("a port that is taken is had as soon as it is free") {
  HttpBox box;
  os::UniqueFd other;
  const ListenAddress address = at("127.0.0.1", free_port());
  REQUIRE(net::listen_tcp(address, other));
  os::UniqueFd second;
  const auto refused = net::listen_tcp(address, second);
  REQUIRE_FALSE(refused);
  CHECK(std::string(refused.error().text()).find("another program has this port") == 0);
  box.server.open(std::vector{address});
  CHECK(box.server.address_count() == 0);
  CHECK(box.server.ensure());
  CHECK(box.server.address_count() == 0);
  other.reset();
  CHECK(box.server.ensure());
  CHECK(box.server.address_count() == 1);
  CHECK(fakes::status_of(ask(box, address)) == 200);
}

TEST_CASE("lists of addresses") {
  CHECK(ListenAddress::parse_list("")->empty());
  const auto list = ListenAddress::parse_list("127.0.0.1:8080, [::1]:80,[2001:db8::7]:65535");
  REQUIRE(list);
  REQUIRE(list->size() == 3);
  CHECK((*list)[0].is_loopback());
  CHECK((*list)[1].port == 80);
  CHECK_FALSE((*list)[2].is_loopback());
  for (const char* wrong : {"8080", ":8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", "::1:80",
                            "[127.0.0.1]:80", "localhost:80", "127.0.0.1:80x", "127.0.0.1:-1"}) {
    CAPTURE(wrong);
    CHECK_FALSE(ListenAddress::parse_list(wrong));
  }
}

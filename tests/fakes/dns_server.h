// SPDX-License-Identifier: MIT
// A name server on a free UDP port of 127.0.0.1 that answers, or does not, as a test tells it to; for the faults that
// a proper server cannot be made to have. RFC 1035 section 4.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "os/unique_fd.h"

namespace fakes {

struct DnsReply {
  int code = 0;                          // RCODE: 0 no error, 2 SERVFAIL, 3 NXDOMAIN, 5 REFUSED
  std::vector<std::string> addresses{};  // of the family that was asked for
  std::uint32_t ttl_s = 60;
};

class DnsServer {
 public:
  /// Nothing: the question stays unanswered.
  using Script = std::function<std::optional<DnsReply>(std::string_view name, int family)>;

  explicit DnsServer(Script script) : script_(std::move(script)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socket_.reset(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    ::bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address);
    socklen_t length = sizeof address;
    ::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&address), &length);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~DnsServer() {
    stop_ = true;
    thread_.join();
  }

  int questions() const { return questions_; }
  /// A line of resolv.conf that names this server.
  std::string resolv_conf() const { return "nameserver 127.0.0.1:" + std::to_string(port_) + "\n"; }

 private:
  static constexpr std::size_t kHeader = 12;

  void serve() {
    while (!stop_) {
      pollfd watched{socket_.get(), POLLIN, 0};
      if (::poll(&watched, 1, 10) <= 0) continue;
      char packet[1500];
      sockaddr_in from{};
      socklen_t length = sizeof from;
      const ssize_t got =
          ::recvfrom(socket_.get(), packet, sizeof packet, 0, reinterpret_cast<sockaddr*>(&from), &length);
      if (got < static_cast<ssize_t>(kHeader)) continue;
      ++questions_;
      const std::string reply = answer({packet, static_cast<std::size_t>(got)});
      if (!reply.empty()) {
        ::sendto(socket_.get(), reply.data(), reply.size(), 0, reinterpret_cast<sockaddr*>(&from), length);
      }
    }
  }

  std::string answer(std::string_view packet) {
    std::string name;
    std::size_t at = kHeader;
    while (packet[at] != 0) {
      const auto label = static_cast<std::size_t>(packet[at]);
      name += (name.empty() ? "" : ".") + std::string(packet.substr(at + 1, label));
      at += label + 1;
    }
    const std::string_view question = packet.substr(kHeader, at + 5 - kHeader);
    const int family = packet[at + 2] == 28 ? AF_INET6 : AF_INET;
    const auto reply = script_(name, family);
    if (!reply) return {};
    std::string text(packet.substr(0, 2));
    text += {static_cast<char>(0x81), static_cast<char>(0x80 | reply->code), 0, 1, 0};
    text += static_cast<char>(reply->addresses.size());
    text += std::string(4, '\0');
    text += question;
    for (const std::string& address : reply->addresses) text += record(address, family, reply->ttl_s);
    return text;
  }

  static std::string record(const std::string& address, int family, std::uint32_t ttl_s) {
    char bytes[16];
    ::inet_pton(family, address.c_str(), bytes);
    const char length = family == AF_INET6 ? 16 : 4;
    std::string text = {
        static_cast<char>(0xC0), static_cast<char>(kHeader), 0, static_cast<char>(family == AF_INET6 ? 28 : 1), 0, 1};
    for (int shift = 24; shift >= 0; shift -= 8) text += static_cast<char>(ttl_s >> shift & 0xFF);
    text += {0, length};
    return text.append(bytes, static_cast<std::size_t>(length));
  }

  Script script_;
  os::UniqueFd socket_;
  std::uint16_t port_ = 0;
  std::atomic<bool> stop_ = false;
  std::atomic<int> questions_ = 0;
  std::thread thread_;
};

}  // namespace fakes

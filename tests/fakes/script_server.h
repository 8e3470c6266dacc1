// SPDX-License-Identifier: MIT
// A real listening socket (TCP on loopback, or UNIX) whose peer does what a test tells it to: one connection after the
// other is handed to a script that runs in a thread and misbehaves as it likes.
#pragma once

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstring>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>

#include "os/unique_fd.h"

namespace fakes {

/// The server's end of one connection.
class Peer {
 public:
  Peer(int fd, const std::atomic<bool>& stop) : fd_(fd), stop_(stop) {}

  /// Reads up to the empty line that ends a request's header; empty when the client closed.
  std::string read_request() {
    std::string text;
    char byte;
    while (text.find("\r\n\r\n") == std::string::npos) {
      if (!wait_for(POLLIN) || ::recv(fd_, &byte, 1, 0) != 1) return {};
      text += byte;
    }
    return text;
  }
  /// What comes within 50 ms of the last piece, `limit` bytes at most.
  std::string read(std::size_t limit) {
    std::string text;
    char piece[4096];
    while (text.size() < limit) {
      pollfd watched{fd_, POLLIN, 0};
      if (::poll(&watched, 1, 50) <= 0) break;
      const ssize_t got = ::recv(fd_, piece, std::min(sizeof piece, limit - text.size()), 0);
      if (got <= 0) break;
      text.append(piece, static_cast<std::size_t>(got));
    }
    return text;
  }
  /// Exactly so many, such as a body; empty when the client closed before.
  std::string read_bytes(std::size_t count) {
    std::string bytes;
    char byte;
    while (bytes.size() < count) {
      if (!wait_for(POLLIN) || ::recv(fd_, &byte, 1, 0) != 1) return {};
      bytes += byte;
    }
    return bytes;
  }
  /// False when the client is gone or the test is over.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      if (!wait_for(POLLOUT)) return false;
      const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (sent < 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  bool send_slowly(std::string_view bytes, std::chrono::milliseconds pause) {
    for (const char byte : bytes) {
      if (!send({&byte, 1}) || !sleep(pause)) return false;
    }
    return true;
  }
  bool sleep(std::chrono::milliseconds time) {
    const auto end = std::chrono::steady_clock::now() + time;
    while (!stop_ && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return !stop_;
  }
  /// Stays silent until the client closes or the test is over.
  void hang() {
    char byte;
    while (wait_for(POLLIN) && ::recv(fd_, &byte, 1, 0) == 1) {
    }
  }
  /// The connection will end with RST instead of FIN. Source: tcp(7), SO_LINGER of socket(7).
  void reset_on_close() {
    const linger now{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  }

 private:
  bool wait_for(short events) {
    while (!stop_) {
      pollfd watched{fd_, events, 0};
      if (::poll(&watched, 1, 10) > 0) return true;
    }
    return false;
  }

  int fd_;
  const std::atomic<bool>& stop_;
};

class ScriptServer {
 public:
  using Script = std::function<void(Peer&)>;

  static constexpr const char* kLoopback = "127.0.0.1";

  /// TCP on a free port of 127.0.0.1.
  explicit ScriptServer(Script script) : script_(std::move(script)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    listen_at(AF_INET, reinterpret_cast<sockaddr*>(&address), sizeof address);
  }
  ScriptServer(const std::string& unix_path, Script script) : script_(std::move(script)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, unix_path.c_str(), sizeof address.sun_path - 1);
    listen_at(AF_UNIX, reinterpret_cast<sockaddr*>(&address), sizeof address);
  }
  ~ScriptServer() {
    stop_ = true;
    thread_.join();
  }

  std::uint16_t port() const {
    sockaddr_in address{};
    socklen_t length = sizeof address;
    ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &length);
    return ntohs(address.sin_port);
  }
  int connections() const { return connections_; }

 private:
  void listen_at(int family, const sockaddr* address, socklen_t length) {
    listener_.reset(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (::bind(listener_.get(), address, length) != 0 || ::listen(listener_.get(), 16) != 0) {
      throw std::runtime_error("the test's server cannot listen");
    }
    thread_ = std::thread([this] { serve(); });
  }
  void serve() {
    while (!stop_) {
      pollfd watched{listener_.get(), POLLIN, 0};
      if (::poll(&watched, 1, 10) <= 0) continue;
      const os::UniqueFd connection(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (!connection) continue;
      ++connections_;
      Peer peer(connection.get(), stop_);
      script_(peer);
    }
  }

  Script script_;
  os::UniqueFd listener_;
  std::atomic<bool> stop_ = false;
  std::atomic<int> connections_ = 0;
  std::thread thread_;
};

}  // namespace fakes

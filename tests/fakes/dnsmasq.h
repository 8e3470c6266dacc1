// SPDX-License-Identifier: MIT
// A real name server: dnsmasq on a free port of 127.0.0.1, with the records a test gives it. Asks nobody else, reads no
// file of the box, is ended by its process id.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "fakes/free_port.h"
#include "os/unique_fd.h"

extern char** environ;

namespace fakes {

class Dnsmasq {
 public:
  static constexpr const char* kProgram = "/usr/sbin/dnsmasq";

  /// `records` are options of dnsmasq(8), such as "--host-record=box.test,192.0.2.1".
  explicit Dnsmasq(const std::vector<std::string>& records) {
    if (::access(kProgram, X_OK) != 0)
      throw std::runtime_error("dnsmasq is not installed (Debian package dnsmasq-base)");
    port_ = free_port();
    std::vector<std::string> words = {kProgram,
                                      "--keep-in-foreground",
                                      "--conf-file=/dev/null",
                                      "--pid-file=",
                                      "--no-resolv",
                                      "--no-hosts",
                                      "--no-poll",
                                      "--bind-interfaces",
                                      "--listen-address=127.0.0.1",
                                      "--log-facility=/dev/null",
                                      "--local=/test/",
                                      "--port=" + std::to_string(port_)};
    if (::geteuid() == 0) words.push_back("--user=root");
    words.insert(words.end(), records.begin(), records.end());
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    if (::posix_spawn(&pid_, kProgram, nullptr, nullptr, arguments.data(), environ) != 0) pid_ = -1;
    for (int tries = 0; tries < 500 && pid_ > 0 && !accepts(); ++tries) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  }
  ~Dnsmasq() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  Dnsmasq(const Dnsmasq&) = delete;
  Dnsmasq& operator=(const Dnsmasq&) = delete;

  std::string resolv_conf() const { return "nameserver 127.0.0.1:" + std::to_string(port_) + "\n"; }

 private:
  static sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
  }
  bool accepts() const {
    const os::UniqueFd probe(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const sockaddr_in address = loopback(port_);
    return ::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }

  std::uint16_t port_ = 0;
  pid_t pid_ = -1;
};

}  // namespace fakes

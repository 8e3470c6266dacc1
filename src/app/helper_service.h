// SPDX-License-Identifier: MIT
// `limpet helper`: the helper as a service of its own, for a main process in a container. Listens on the socket of
// [helper], which only root can open, and forks a process for each connection: that asks for the key and then is the
// helper of that connection, heal/helper_server.h, until either end is closed. Owns the socket and those processes.
#pragma once

#include <sys/types.h>

#include <array>
#include <cstdint>

#include "app/helper_source.h"
#include "app/load_settings.h"
#include "event/fd_watch.h"
#include "event/loop.h"
#include "event/signals.h"
#include "net/unix_listener.h"
#include "os/clock.h"

namespace app {

class HelperService {
 public:
  /// Connections at once; one more is closed without a word.
  static constexpr std::size_t kMostConnections = 16;

  /// `settings` are those that `inputs` gave; `inputs` are read again at each connection and at SIGHUP.
  HelperService(const SettingsInputs& inputs, config::Settings settings);
  HelperService(const HelperService&) = delete;
  HelperService& operator=(const HelperService&) = delete;

  /// Until SIGTERM or SIGINT. An error when it could not begin at all.
  base::Result<void> run();

 private:
  struct Connection {
    pid_t server = 0;  // 0: this place is free
    pid_t peer = 0;
  };

  void on_signal(const event::Signal& signal);
  void on_incoming(short events);
  bool admit_peer(int socket, pid_t& peer);
  [[noreturn]] void serve(int socket, pid_t peer, pid_t parent);
  void reload();
  void signal_all(int number) const;
  void bury();
  void on_end(const Connection& connection, int status);
  void count_refused(pid_t peer, const char* why);
  void wait_for_all();

  const SettingsInputs& inputs_;
  config::Settings settings_;
  HelperSource source_;  // of those that serve, and what this one's log needs
  os::SystemClock clock_;
  event::Loop loop_;
  event::Signals signals_;
  net::UnixListener listener_;
  event::FdWatch watch_;  // after listener_: it leaves the loop before the socket is closed
  std::array<Connection, kMostConnections> connections_{};
  std::uint64_t refused_ = 0;
};

}  // namespace app

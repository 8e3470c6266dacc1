// SPDX-License-Identifier: MIT
// The helper: the process that stays root, forked before the main process becomes an ordinary user, or by a helper that
// runs apart (app/helper_service.h) for one main process. It waits for one request after the other, does what the table
// in the .cpp has for it and passes a descriptor back. It takes no text from the main process but the name of a
// container, a disk, a service, a process or a network interface, and ends when the main process does. What takes its
// time, an action, is done by a child of it, a few at once, which replies itself.
#pragma once

#include <sys/types.h>

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "heal/helper_messages.h"
#include "heal/outcome.h"
#include "heal/watchdog.h"
#include "os/clock.h"
#include "os/unique_fd.h"

namespace heal {

/// A [process NAME] that may be restarted.
struct ProcessCommand {
  std::string name;
  std::string command;
  std::string user;
};

/// What the helper has to know of the configuration. It believes nobody but its own reading.
struct HelperSettings {
  std::string docker_socket;
  std::string docker_socket_otherwise = {};  // when that one is not there
  bool dry_run = true;                       // nothing is restarted
  std::string docker_restart = {};           // the containers that may be restarted: their very names, with commas
  std::string systemd_bus = {};
  std::string systemd_restart = {};  // the services likewise, with or without .service
  std::vector<ProcessCommand> processes = {};
  std::string network_renew = {};  // as [network] has them
  std::string network_service = {};
  bool network_bounce = false;
  bool network_bounce_default = false;
  bool reboot = false;
  std::string cleanup = {};  // as [disk] has it
  std::string kill = {};     // as [heal] has them
  std::string protect = {};
  WatchdogSettings watchdog = {};
  std::string crash_records = {};  // the folder of pstore
  std::string smartctl = {};       // the program that asks disks; empty: none is asked
  std::string key = {};            // of a helper that runs apart
};

/// A file of the configuration as the helper found it: open for reading, or the errno that kept it from that.
struct SettingsFile {
  std::string path;
  int error = 0;
  os::UniqueFd fd;
};

/// Where the helper reads the configuration.
class SettingsSource {
 public:
  /// Reads all of it again. `settings` changes only when there is no mistake in it; the files come in any case.
  virtual std::vector<SettingsFile> read(HelperSettings& settings) = 0;

 protected:
  ~SettingsSource() = default;
};

/// Answers kReadSettings: reads all of it, and replies with each file and then the last time.
void send_settings(int socket, std::uint32_t number, SettingsSource& source, HelperSettings& settings);

class HelperServer {
 public:
  /// Actions that are under way at once; one more is refused with EBUSY.
  static constexpr std::size_t kMostChildren = 4;

  /// `socket`, one end of os::make_message_pair(), and `source` are borrowed.
  HelperServer(int socket, HelperSettings settings, SettingsSource& source)
      : socket_(socket), settings_(std::move(settings)), source_(source) {
    watchdog_.configure(settings_.watchdog);
  }

  /// Serves until the other end is closed, or SIGTERM or SIGINT comes on `signals`, a signalfd(2): then in order, so
  /// that the watchdog resets nothing. SIGHUP has the settings read again. -1: there are no signals.
  void run(int signals = -1);

 private:
  struct Row;
  static const Row kTable[];

  bool serve();
  bool on_signal(int signals);
  void answer(const Request& request);
  void refuse(std::uint32_t number, int code);
  void read_settings(const Request& request);
  void ask_docker(const Request& request);
  void restart_container(const Request& request);
  void restart_unit(const Request& request);
  void restart_process(const Request& request);
  void renew_address(const Request& request);
  void bounce_interface(const Request& request);
  void restart_network(const Request& request);
  void reboot(const Request& request);
  void stop_process(const Request& request);
  void clean_up(const Request& request);
  template <class Action>
  void do_apart(const Request& request, Action action);
  void bury_children();
  void open_icmp(const Request& request);
  void open_icmp6(const Request& request);
  void feed_watchdog(const Request& request);
  void stop_watchdog(const Request& request);
  void tell_boot_evidence(const Request& request);
  void ask_disk(const Request& request);
  void reply(const Reply& reply, int passed) const { send_reply(socket_, reply, passed); }
  void pass(std::uint32_t number, int code, const os::UniqueFd& fd);

  int socket_;
  HelperSettings settings_;
  SettingsSource& source_;
  os::SystemClock clock_;
  Watchdog watchdog_;
  std::array<pid_t, kMostChildren> children_{};  // 0: none
};

}  // namespace heal

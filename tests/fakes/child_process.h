// SPDX-License-Identifier: MIT
// A real program that a test talks to, such as nginx: started in a process group of its own, its output in a file,
// ended with all its children.
#pragma once

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>

#include "fakes/free_port.h"

extern char** environ;

namespace fakes {

/// Somebody listens there. Looks into the kernel's table: a connect would be a connection for the server.
inline bool listens(std::uint16_t port) {
  char wanted[40];
  std::snprintf(wanted, sizeof wanted, "0100007F:%04X 00000000:0000 0A", unsigned{port});
  std::ifstream table("/proc/net/tcp");
  for (std::string line; std::getline(table, line);) {
    if (line.find(wanted) != std::string::npos) return true;
  }
  return false;
}

inline std::string read_text(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

class ChildProcess {
 public:
  /// `command` for /bin/sh; standard output and error go to the file `output`.
  ChildProcess(const std::string& command, const std::string& output) : output_(output) {
    const char* const arguments[] = {"sh", "-c", command.c_str(), nullptr};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    posix_spawn_file_actions_adddup2(&actions, 1, 2);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    if (::posix_spawn(&pid_, "/bin/sh", &actions, &attributes, const_cast<char* const*>(arguments), environ) != 0) {
      pid_ = -1;
    }
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
  }
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ~ChildProcess() { end(); }

  void end() {
    if (pid_ <= 0) return;
    ::kill(-pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }
  void signal(int number) { ::kill(pid_, number); }
  pid_t pid() const { return pid_; }
  /// What it has written so far.
  std::string output() const { return read_text(output_); }

  /// False when nobody listened there within 10 s.
  static bool wait_for_port(std::uint16_t port, bool listening = true) {
    for (int tries = 0; tries < 1000; ++tries) {
      if (listens(port) == listening) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
  }

 private:
  std::string output_;
  pid_t pid_ = -1;
};

}  // namespace fakes

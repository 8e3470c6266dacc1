// SPDX-License-Identifier: MIT
// The processes that [process NAME] names, on boxes where no systemd looks after them: whether each is there, by its
// pid file or its command line, what it uses, and at once when it ends. Owns a pidfd for each (pidfd_open(2)); where
// the kernel has none, an end is seen at the next look. Decides nothing.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.h"
#include "event/fd_watch.h"
#include "event/loop.h"
#include "event/timer.h"
#include "os/unique_fd.h"
#include "rules/unit.h"

namespace collect {

class Processes;

/// One of them. Its unit has the states "active" and "inactive", and "failed" for one that was not there for kGrace.
class Process {
 public:
  Process(event::Loop& loop, Processes& owner, const config::ProcessSettings& settings);
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  rules::Unit unit;
  std::string match;
  std::string pidfile;
  pid_t pid = 0;  // 0: it is not there
  std::optional<float> cpu_percent;
  std::optional<float> memory_percent;
  std::optional<std::uint64_t> memory_bytes;

 private:
  friend class Processes;
  void on_ready(short events);

  Processes& owner_;
  os::UniqueFd pidfd_;
  event::FdWatch watch_;       // after pidfd_: it leaves the loop before that is closed
  std::uint64_t started_ = 0;  // of pid, in ticks since boot: another process may get its number
  std::uint64_t cpu_ticks_ = 0;
  base::SteadyTime measured_at_{};
};

class ProcessHandler {
 public:
  /// It came, ended, or was looked at again.
  virtual void on_process(Process& process) = 0;

 protected:
  ~ProcessHandler() = default;
};

class Processes {
 public:
  /// How long one may be absent at first: it is started after Limpet.
  static constexpr std::chrono::seconds kGrace{60};
  /// After one ended: whoever starts it again has done so by then.
  static constexpr std::chrono::seconds kSoon{1};

  Processes(event::Loop& loop, ProcessHandler& handler);
  Processes(const Processes&) = delete;
  Processes& operator=(const Processes&) = delete;

  /// Begins anew, with all of `settings`; what was known of one that stays is kept.
  void start(const std::string& procfs_root, std::span<const config::ProcessSettings> settings);
  /// In each cycle.
  void look();
  /// After kSoon: one may have been started.
  void look_soon() { soon_.arm_after(kSoon); }

  std::span<const std::unique_ptr<Process>> all() const { return all_; }

 private:
  friend class Process;

  void on_soon() { look(); }
  void on_end(Process& process);
  void find_by_command();
  void consider(pid_t pid, std::string_view command);
  void take(Process& process, pid_t pid);
  bool measure(Process& process);
  std::optional<pid_t> read_pidfile(const Process& process) const;

  event::Loop& loop_;
  ProcessHandler& handler_;
  event::Timer soon_;
  std::string procfs_root_;
  base::SteadyTime began_{};
  std::vector<std::unique_ptr<Process>> all_;
};

}  // namespace collect

// SPDX-License-Identifier: MIT
#include "heal/process_stop.h"

#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <limits>

#include "base/fixed_string.h"
#include "os/clock.h"
#include "os/kernel_text.h"
#include "os/process_stat.h"
#include "os/process_status.h"
#include "os/read_file.h"
#include "os/unique_fd.h"

namespace heal {
namespace {

// Between two looks at whether it has ended, where nobody tells.
constexpr timespec kLook{.tv_sec = 0, .tv_nsec = 20'000'000};

class Held {
 public:
  Held(const std::string& procfs_root, const ProcessId& process, Hold hold)
      : procfs_root_(procfs_root), process_(process) {
    if (hold == Hold::kPidfd) pidfd_.reset(static_cast<int>(::syscall(SYS_pidfd_open, process.pid, 0)));
  }

  // As it is now; nothing: it has ended, or another has its number. Behind an open pidfd it is also what it was before.
  std::optional<rules::ProcessFacts> look() const {
    std::array<char, os::kProcessStatWhole> room;
    const auto usage = os::read_parsed(procfs_root_, file("stat"), room, os::parse_process_usage);
    if (!usage || usage->state == os::kZombie || usage->started_ticks != process_.started_ticks) return std::nullopt;
    rules::ProcessFacts facts{.pid = process_.pid,
                              .started_ticks = usage->started_ticks,
                              .name = usage->name,
                              .age = os::age_of(*usage, os::SystemClock().steady_now())};
    std::array<char, os::kProcessStatus> status;
    const auto memory = os::read_parsed(procfs_root_, file("status"), status, os::parse_private_memory);
    facts.kernel = !memory;
    return facts;
  }
  bool runs() const { return look().has_value(); }

  // 0, or errno.
  int send(int number) const {
    if (pidfd_ && ::syscall(SYS_pidfd_send_signal, pidfd_.get(), number, nullptr, 0) == 0) return 0;
    if (pidfd_ && errno != EPERM && errno != ENOSYS) return errno;
    if (!runs()) return ESRCH;
    return ::kill(process_.pid, number) == 0 ? 0 : errno;
  }

  bool ends_within(std::chrono::milliseconds longest) const {
    const os::SystemClock clock;
    const base::SteadyTime end = clock.steady_now() + longest;
    while (runs()) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - clock.steady_now());
      if (left.count() <= 0) return false;
      pollfd ended{pidfd_.get(), POLLIN, 0};
      if (pidfd_) {
        ::poll(&ended, 1, static_cast<int>(left.count()));
      } else {
        ::nanosleep(&kLook, nullptr);
      }
    }
    return true;
  }

 private:
  base::FixedString<47> file(const char* name) const {
    base::FixedString<47> path;
    path.appendf("/%d/%s", static_cast<int>(process_.pid), name);
    return path;
  }

  const std::string& procfs_root_;
  ProcessId process_;
  os::UniqueFd pidfd_;
};

Outcome failed(int code) { return {code, ::strerror(code)}; }

}  // namespace

base::FixedString<31> format_process_id(const ProcessId& process) {
  base::FixedString<31> text;
  text.appendf("%d %llu", static_cast<int>(process.pid), static_cast<unsigned long long>(process.started_ticks));
  return text;
}

std::optional<ProcessId> parse_process_id(std::string_view text) {
  const std::size_t blank = text.find(' ');
  if (blank == std::string_view::npos) return std::nullopt;
  const auto pid = os::parse_unsigned(text.substr(0, blank));
  const auto started = os::parse_unsigned(text.substr(blank + 1));
  if (!pid || !started || *pid > std::numeric_limits<pid_t>::max()) return std::nullopt;
  return ProcessId{static_cast<pid_t>(*pid), *started};
}

// It is looked at after the pidfd was opened: from then on it is this process or none.
Outcome stop_process(const std::string& procfs_root, const ProcessId& process, const rules::StopPolicy& policy,
                     std::chrono::milliseconds longest, Hold hold) {
  const Held held(procfs_root, process, hold);
  const auto facts = held.look();
  if (!facts) return {ECANCELED, "it has ended meanwhile"};
  if (!rules::may_be_stopped(*facts, policy)) return {EPERM, "it is none that may be stopped"};
  for (const int number : {SIGTERM, SIGKILL}) {
    const int code = held.send(number);
    if (code == ESRCH) return {};
    if (code != 0) return failed(code);
    if (held.ends_within(longest)) return {};
  }
  return {ETIMEDOUT, "it does not end, though it was killed: the kernel holds it"};
}

}  // namespace heal

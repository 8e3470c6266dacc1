// SPDX-License-Identifier: MIT
#include "app/process_log.h"

#include <utility>

#include "store/service_table.h"

namespace app {
namespace {

// As top(1) and psutil call them. Source: proc(5), /proc/PID/stat.
std::string_view state_word(char state) {
  switch (state) {
    case 'R':
      return "running";
    case 'S':
      return "sleeping";
    case 'D':
      return "disk-sleep";
    case 'I':
      return "idle";
    case 'T':
      return "stopped";
    case 't':
      return "tracing-stop";
    case 'Z':
      return "zombie";
    default:
      return "unknown";
  }
}

rules::ServiceState state_of(char state) {
  return state == 'T' || state == 't' || state == 'Z' || state == 'X' ? rules::ServiceState::kStopped
                                                                      : rules::ServiceState::kRunning;
}

}  // namespace

ProcessLog::ProcessLog(event::Loop& loop, const config::Settings& settings, const std::string& host_name,
                       store::TurnCommit& turn_commit)
    : loop_(loop),
      settings_(settings),
      host_name_(host_name),
      timer_(loop, "the processes that use most", base::Callback<>::to<&ProcessLog::on_time>(*this)) {
  turn_commit.add(*this);
}

void ProcessLog::on_time() {
  const base::SteadyTime now = loop_.clock().steady_now();
  looked_ = !looked_;
  if (looked_) {
    rows_ = {};
    top_.begin(settings_.procfs_root, now);
    return timer_.arm_after(kBetween);
  }
  rows_ = top_.finish(settings_.procfs_root, now);
  rows_time_ = loop_.clock().wall_now();
  timer_.arm_after(kEachHour - kBetween);
}

lib::SqliteResult<void> ProcessLog::write(lib::SqliteDatabase& database) {
  for (const collect::TopProcess& process : rows_) {
    const auto done = store::write_process_status(database,
                                                  {.name = process.name,
                                                   .pid = process.pid,
                                                   .raw_status = state_word(process.state),
                                                   .state = state_of(process.state),
                                                   .cpu_percent = process.cpu_percent,
                                                   .memory_percent = process.memory_percent},
                                                  rows_time_, host_name_);
    if (!done) return done;
  }
  return {};
}

}  // namespace app

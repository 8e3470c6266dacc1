// SPDX-License-Identifier: MIT
#include "collect/host_processes.h"

#include <array>

#include "os/process_stat.h"

namespace collect {
namespace {

bool is_pid(std::string_view name) {
  return !name.empty() && name.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

void HostProcesses::prime() { go_on(kProcessesAtStart); }

void HostProcesses::read(rules::Sample& sample) {
  go_on(kProcessesPerCycle);
  if (!last_round_) return;
  sample.processes = last_round_->processes;
  sample.zombies = last_round_->zombies;
}

void HostProcesses::go_on(std::uint32_t most) {
  const base::Result<void> done = advance(most);
  if (done) return health_.on_read();
  list_.reset();
  last_round_.reset();
  health_.on_failure(done.error());
}

base::Result<void> HostProcesses::advance(std::uint32_t most) {
  if (!list_) {
    base::Result<os::Directory> opened = os::Directory::open(procfs_root_, "");
    if (!opened) return std::unexpected(opened.error());
    list_.emplace(std::move(*opened));
    under_way_ = {};
  }
  while (most > 0) {
    const auto name = list_->next();
    if (!name) return std::unexpected(name.error());
    if (!*name) {
      last_round_ = under_way_;
      list_.reset();
      return {};
    }
    if (!is_pid(**name)) continue;
    count(**name);
    --most;
  }
  return {};
}

void HostProcesses::count(std::string_view pid) {
  std::array<char, os::kProcessStatHead> head;
  base::FixedString<32> path(pid);
  path.append("/stat");
  const auto text = list_->read_head(path.c_str(), head);
  // It ended between the list and here: ENOENT at open(2), ESRCH at read(2).
  if (!text && (text.error().code() == ENOENT || text.error().code() == ESRCH)) return;
  ++under_way_.processes;
  if (text && os::parse_process_state(*text) == os::kZombie) ++under_way_.zombies;
}

}  // namespace collect

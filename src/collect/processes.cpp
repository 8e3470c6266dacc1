// SPDX-License-Identifier: MIT
#include "collect/processes.h"

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "os/directory.h"
#include "os/process_stat.h"
#include "os/read_file.h"
#include "rules/name_list.h"

namespace collect {
namespace {

std::optional<pid_t> parse_pid(std::string_view text) {
  pid_t pid = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), pid);
  if (error != std::errc() || pid <= 0) return std::nullopt;
  const std::string_view rest(end, text.data() + text.size());
  return rest.find_first_not_of(" \t\r\n") == std::string_view::npos ? std::optional(pid) : std::nullopt;
}

// A pattern stands for the beginning of the command line.
bool matches(std::string_view pattern, std::string_view command) {
  std::string whole(pattern);
  if (!whole.ends_with('*')) whole += '*';
  return rules::matches_pattern(whole, command);
}

static_assert(sizeof(Process) <= base::limits::kProcessBytes);

}  // namespace

Process::Process(event::Loop& loop, Processes& owner, const config::ProcessSettings& settings)
    : match(settings.match),
      pidfile(settings.pidfile),
      owner_(owner),
      watch_(loop, "process", base::Callback<short>::to<&Process::on_ready>(*this)) {
  unit.name = std::string_view(settings.name);
  unit.process = unit.watched = true;
  unit.type = "process";
  unit.active_state = "inactive";
}

void Process::on_ready(short) { owner_.on_end(*this); }

Processes::Processes(event::Loop& loop, ProcessHandler& handler)
    : loop_(loop), handler_(handler), soon_(loop, "processes", base::Callback<>::to<&Processes::on_soon>(*this)) {}

void Processes::start(const std::string& procfs_root, std::span<const config::ProcessSettings> settings) {
  procfs_root_ = procfs_root;
  began_ = loop_.clock().steady_now();
  std::vector<std::unique_ptr<Process>> before = std::exchange(all_, {});
  for (const config::ProcessSettings& one : settings) {
    const auto same = std::ranges::find_if(before, [&one](const std::unique_ptr<Process>& process) {
      return process && process->unit.name.view() == one.name && process->match == one.match &&
             process->pidfile == one.pidfile;
    });
    all_.push_back(same != before.end() ? std::move(*same) : std::make_unique<Process>(loop_, *this, one));
  }
  if (!all_.empty()) soon_.arm_after({});
}

void Processes::look() {
  for (const std::unique_ptr<Process>& process : all_) {
    if (process->pid != 0 && !measure(*process)) on_end(*process);
    if (process->pidfile.empty()) continue;
    const std::optional<pid_t> pid = read_pidfile(*process);
    if (pid && *pid != process->pid) take(*process, *pid);
  }
  find_by_command();
  const bool patient = loop_.clock().steady_now() - began_ < kGrace;
  for (const std::unique_ptr<Process>& process : all_) {
    if (process->pid == 0 && !patient) process->unit.active_state = "failed";
    handler_.on_process(*process);
  }
}

void Processes::on_end(Process& process) {
  process.watch_.cancel();
  process.pidfd_.reset();
  process.pid = 0;
  process.cpu_percent = process.memory_percent = std::nullopt;
  process.memory_bytes.reset();
  process.unit.active_state = "inactive";
  process.unit.since = loop_.clock().steady_now();
  handler_.on_process(process);
  soon_.arm_after(kSoon);
}

// One round through the list of processes for all that are missing.
void Processes::find_by_command() {
  const auto missing = [](const std::unique_ptr<Process>& one) { return one->pid == 0 && !one->match.empty(); };
  if (std::ranges::none_of(all_, missing)) return;
  base::Result<os::Directory> list = os::Directory::open(procfs_root_, "");
  if (!list) return;
  for (auto name = list->next(); name && *name; name = list->next()) {
    const std::optional<pid_t> pid = parse_pid(**name);
    if (!pid || *pid == ::getpid()) continue;
    std::array<char, 1024> room;
    base::FixedString<32> path(**name);
    const auto text = list->read_head(path.append("/cmdline").c_str(), room);
    if (!text || text->empty()) continue;
    std::ranges::replace(std::span(room).first(text->size()), '\0', ' ');
    consider(*pid, *text);
  }
}

void Processes::consider(pid_t pid, std::string_view command) {
  for (const std::unique_ptr<Process>& process : all_) {
    if (process->pid == 0 && !process->match.empty() && matches(process->match, command)) take(*process, pid);
  }
}

void Processes::take(Process& process, pid_t pid) {
  const bool again = process.started_ != 0;
  const std::uint64_t before = process.started_;
  process.watch_.cancel();
  process.pid = pid;
  process.started_ = process.cpu_ticks_ = 0;
  process.pidfd_.reset(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (!measure(process)) {
    process.pidfd_.reset();
    process.pid = 0;
    process.started_ = before;
    return;
  }
  // Without one, or without room for it, its end is seen at the next look.
  if (process.pidfd_ && !process.watch_.watch(process.pidfd_.get(), POLLIN)) process.pidfd_.reset();
  process.unit.restarts += again ? 1 : 0;
  process.unit.active_state = "active";
  process.unit.since = loop_.clock().steady_now();
}

// False: it is not there any more, or another process has its number.
bool Processes::measure(Process& process) {
  std::array<char, os::kProcessStatWhole> room;
  base::FixedString<32> path;
  path.appendf("/%d/stat", static_cast<int>(process.pid));
  const auto usage = os::read_parsed(procfs_root_, path, room, os::parse_process_usage);
  if (!usage || usage->state == os::kZombie) return false;
  if (process.started_ != 0 && usage->started_ticks != process.started_) return false;
  const base::SteadyTime now = loop_.clock().steady_now();
  if (process.started_ != 0 && now - process.measured_at_ >= kSoon) {
    const double seconds =
        static_cast<double>(usage->cpu_ticks - process.cpu_ticks_) / static_cast<double>(::sysconf(_SC_CLK_TCK));
    const double passed = std::chrono::duration<double>(now - process.measured_at_).count();
    process.cpu_percent = static_cast<float>(100 * seconds / passed);
  }
  if (process.started_ == 0 || now - process.measured_at_ >= kSoon) {
    process.cpu_ticks_ = usage->cpu_ticks;
    process.measured_at_ = now;
  }
  process.started_ = usage->started_ticks;
  process.memory_bytes = usage->resident_pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  const long pages = ::sysconf(_SC_PHYS_PAGES);
  if (pages > 0) {
    process.memory_percent =
        static_cast<float>(100.0 * static_cast<double>(usage->resident_pages) / static_cast<double>(pages));
  }
  return true;
}

std::optional<pid_t> Processes::read_pidfile(const Process& process) const {
  std::array<char, 64> room;
  const auto text = os::read_file({}, process.pidfile, room);
  return text ? parse_pid(*text) : std::nullopt;
}

}  // namespace collect

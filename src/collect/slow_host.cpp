// SPDX-License-Identifier: MIT
#include "collect/slow_host.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <algorithm>
#include <memory>

#include "base/log.h"
#include "os/close_others.h"

namespace collect {
namespace {

std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 14695981039346656037U;  // FNV-1a
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  return hash;
}

pid_t wait_for(pid_t child, int options) {
  pid_t got = 0;
  do {
    got = ::waitpid(child, nullptr, options);
  } while (got < 0 && errno == EINTR);
  return got;
}

}  // namespace

class SlowHost::Gate final : public SlowGate {
 public:
  explicit Gate(const SlowHost& owner) : owner_(owner) {}

  bool ask(std::string_view name) override {
    const std::uint64_t thing = hash_of(name);
    if (owner_.is_stuck(thing)) return false;
    owner_.shared_->name = Name(name);
    owner_.shared_->asking = thing;
    return true;
  }

 private:
  const SlowHost& owner_;
};

SlowHost::SlowHost(event::Loop& loop, OnDone on_done)
    : loop_(loop),
      on_done_(on_done),
      watch_(loop, "disks and sensors", base::Callback<short>::to<&SlowHost::on_end>(*this)),
      timer_(loop, "disks and sensors", base::Callback<>::to<&SlowHost::on_late>(*this)) {}

SlowHost::~SlowHost() {
  if (child_ > 0) ::kill(child_, SIGKILL);
  if (shared_ != nullptr) ::munmap(shared_, sizeof *shared_);
}

void SlowHost::configure(const SlowPaths& paths) { paths_ = paths; }

bool SlowHost::is_stuck(std::uint64_t thing) const {
  return std::any_of(stuck_.begin(), stuck_.begin() + static_cast<std::ptrdiff_t>(stuck_count_),
                     [thing](const Stuck& stuck) { return stuck.thing == thing; });
}

// Those that ended after all, and whose time is over: what they asked is asked again.
void SlowHost::bury() {
  const base::SteadyTime now = loop_.clock().steady_now();
  for (std::size_t i = 0; i < stuck_count_;) {
    Stuck& stuck = stuck_[i];
    if (stuck.child > 0 && wait_for(stuck.child, WNOHANG) != 0) stuck.child = 0;
    if (stuck.child == 0 && (stuck.thing == 0 || now - stuck.since >= kAskAgain)) {
      stuck = stuck_[--stuck_count_];
    } else {
      ++i;
    }
  }
}

bool SlowHost::start() {
  if (running()) return false;
  bury();
  const auto begun = begin();
  if (!begun) {
    health_.on_failure(begun.error());
    return false;
  }
  return true;
}

base::Result<void> SlowHost::begin() {
  if (stuck_count_ == kMostStuck) return std::unexpected(base::Error("too many of them do not answer"));
  if (shared_ == nullptr) {
    void* const memory = ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return std::unexpected(base::Error::from_errno(errno, "share memory with a child"));
    shared_ = static_cast<Shared*>(memory);
  }
  std::construct_at(shared_);
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return std::unexpected(base::Error::from_errno(errno, "make a pipe"));
  pipe_.reset(ends[0]);
  os::UniqueFd far_end(ends[1]);
  child_ = ::fork();
  if (child_ == 0) be_child(far_end.get());
  if (child_ < 0) return std::unexpected(base::Error::from_errno(errno, "start a child process"));
  timer_.arm_after(kPatience);
  // Without the watch, the time alone ends it.
  if (const auto watched = watch_.watch(pipe_.get(), POLLIN); !watched) health_.on_failure(watched.error());
  return {};
}

// It shares nothing with the daemon but the memory for the answer: neither locks nor sockets stay behind with it.
void SlowHost::be_child(int pipe) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  os::close_others(pipe);
  Gate gate(*this);
  SlowReading& reading = shared_->reading;
  read_slowly(paths_, gate, reading);
  ::_exit(0);
}

// The pipe is closed by its end, which is at hand now.
void SlowHost::on_end(short) {
  watch_.cancel();
  timer_.cancel();
  wait_for(std::exchange(child_, -1), 0);
  late_ = 0;
  if (stuck_count_ == 0) told_ = 0;
  health_.on_read();
  finish(shared_->reading);
}

void SlowHost::on_late() {
  watch_.cancel();
  leave_behind();
  finish({});
}

void SlowHost::leave_behind() {
  ::kill(child_, SIGKILL);
  const std::uint64_t thing = shared_->asking;
  const bool again = std::exchange(late_, thing) == thing;
  stuck_[stuck_count_++] = {std::exchange(child_, -1), again ? thing : 0, loop_.clock().steady_now()};
  ++stuck_total_;
  if (again && std::exchange(told_, thing) != thing) {
    base::log::warn("Disks and sensors: %s does not answer; it is passed over for now", shared_->name.c_str());
  }
  // The child may yet write: it keeps that memory, and the next one gets its own.
  ::munmap(std::exchange(shared_, nullptr), sizeof(Shared));
}

void SlowHost::finish(const SlowReading& reading) {
  pipe_.reset();
  if (reading.disk_error) {
    disk_health_.on_failure(*reading.disk_error);
  } else if (reading.disk_percent) {
    disk_health_.on_read();
  }
  const SlowReading copy = reading;
  on_done_(copy);
}

}  // namespace collect

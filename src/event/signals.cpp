// SPDX-License-Identifier: MIT
#include "event/signals.h"

#include <signal.h>
#include <sys/signalfd.h>

#include <cerrno>

namespace event {

Signals::Signals(Loop& loop, base::Callback<const Signal&> on_signal)
    : watch_(loop, "signals", base::Callback<short>::to<&Signals::on_ready>(*this)), on_signal_(on_signal) {}

base::Result<void> Signals::open(std::span<const int> numbers) {
  sigset_t wanted;
  sigemptyset(&wanted);
  for (const int number : numbers) sigaddset(&wanted, number);
  if (::sigprocmask(SIG_BLOCK, &wanted, nullptr) != 0 || ::signal(SIGPIPE, SIG_IGN) == SIG_ERR) {
    return std::unexpected(base::Error::from_errno(errno, "prepare for signals"));
  }
  fd_.reset(::signalfd(-1, &wanted, SFD_NONBLOCK | SFD_CLOEXEC));
  if (!fd_) return std::unexpected(base::Error::from_errno(errno, "listen for signals"));
  return watch_.watch(fd_.get(), POLLIN);
}

void Signals::on_ready(short) {
  signalfd_siginfo info{};
  while (::read(fd_.get(), &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
    on_signal_({.number = static_cast<int>(info.ssi_signo),
                .by_kernel = info.ssi_code == SI_KERNEL,
                .sender = static_cast<pid_t>(info.ssi_pid)});
  }
}

}  // namespace event

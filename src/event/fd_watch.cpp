// SPDX-License-Identifier: MIT
#include "event/fd_watch.h"

#include <cassert>

namespace event {

base::Result<void> FdWatch::watch(int fd, short events) {
  assert(fd >= 0);
  cancel();
  fd_ = fd;
  if (!loop_.add(*this)) {
    fd_ = -1;
    return std::unexpected(base::Error::format("too many connections and files are open at once (%zu): %s has to wait",
                                               base::limits::kWatches, name_));
  }
  set_events(events);
  return {};
}

void FdWatch::set_events(short events) {
  assert(watching());
  loop_.polled_[slot_].events = events;
}

void FdWatch::cancel() {
  if (!watching()) return;
  loop_.remove(*this);
  fd_ = -1;
}

}  // namespace event

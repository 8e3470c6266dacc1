// SPDX-License-Identifier: MIT
#include "os/close_others.h"

#include <limits.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace os {
namespace {

void close_range(unsigned first, unsigned last) {
  if (first > last) return;
  if (::syscall(SYS_close_range, first, last, 0U) == 0) return;
  for (unsigned fd = first; fd <= last && fd < kMostDescriptors; ++fd) ::close(static_cast<int>(fd));
}

}  // namespace

void close_others(int keep) {
  const auto kept = static_cast<unsigned>(keep);
  if (kept > 0) close_range(0, kept - 1);
  close_range(kept + 1, UINT_MAX);
}

}  // namespace os

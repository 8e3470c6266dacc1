// SPDX-License-Identifier: MIT
#include "os/close_others.h"

#include <limits.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>

namespace os {
namespace {

void close_range(unsigned first, unsigned last) {
  if (first > last) return;
  if (::syscall(SYS_close_range, first, last, 0U) == 0) return;
  for (unsigned fd = first; fd <= last && fd < kMostDescriptors; ++fd) ::close(static_cast<int>(fd));
}

}  // namespace

void close_others(int keep, int first) {
  const auto kept = static_cast<unsigned>(keep);
  const auto begin = static_cast<unsigned>(first);
  if (kept > begin) close_range(begin, kept - 1);
  close_range(std::max(kept + 1, begin), UINT_MAX);
}

}  // namespace os

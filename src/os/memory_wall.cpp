// SPDX-License-Identifier: MIT
#include "os/memory_wall.h"

#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "os/kernel_text.h"
#include "os/read_file.h"

namespace os {
namespace {

// /proc/self/statm, in pages: size resident shared text lib data dt. proc(5).
base::Result<std::size_t> data_bytes() {
  std::array<char, 128> room;
  auto text = read_file("/proc", "/self/statm", room);
  if (!text) return std::unexpected(text.error());
  constexpr int kFieldsBefore = 5;
  for (int i = 0; i < kFieldsBefore; ++i) take_field(*text);
  const auto pages = parse_unsigned(take_field(*text));
  if (!pages) return std::unexpected(base::Error("/proc/self/statm: the sixth field is no number"));
  return static_cast<std::size_t>(*pages) * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace

base::Result<void> limit_memory(std::size_t bytes) {
  const auto has = data_bytes();
  if (!has) return std::unexpected(has.error());
  rlimit wall{};
  if (::getrlimit(RLIMIT_DATA, &wall) != 0) return std::unexpected(base::Error::from_errno(errno, "read RLIMIT_DATA"));
  if (*has > bytes || wall.rlim_cur <= bytes) return {};
  wall.rlim_cur = wall.rlim_max = bytes;
  if (::setrlimit(RLIMIT_DATA, &wall) != 0) return std::unexpected(base::Error::from_errno(errno, "set RLIMIT_DATA"));
  return {};
}

}  // namespace os

// SPDX-License-Identifier: MIT
// Arbitrary bytes as a time: what is accepted has the one form, and its moment, if it has one, is written and read
// alike.
#include <cstdlib>

#include "rules/iso_time.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const auto time = rules::parse_iso_time({reinterpret_cast<const char*>(data), size});
  if (!time) return 0;
  const auto local = rules::parse_iso_time(time->local);
  if (!local || !(local->local == time->local) || local->instant) std::abort();
  if (!time->instant) return 0;
  const auto again = rules::parse_iso_time(rules::iso_time(*time->instant, std::chrono::hours(2)));
  if (!again || again->instant != std::chrono::floor<std::chrono::seconds>(*time->instant)) std::abort();
  return 0;
}

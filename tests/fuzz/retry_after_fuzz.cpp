// SPDX-License-Identifier: MIT
// Retry-After of a service's answer: any bytes give a wait that is not negative and not out of hand, or none.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "rules/backoff.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const base::WallTime now{std::chrono::seconds(1763755450)};
  const auto asked = rules::parse_retry_after(text, now);
  if (asked && asked->count() < 0) std::abort();
  const base::Duration wait = rules::Backoff::delay(1, static_cast<std::uint32_t>(size), asked);
  if (wait <= base::Duration::zero() || wait > rules::Backoff::kLongestAsked) std::abort();
  return 0;
}

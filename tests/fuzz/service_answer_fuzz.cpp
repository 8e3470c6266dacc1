// SPDX-License-Identifier: MIT
// Arbitrary bytes as what Pushover, Telegram, Slack or n8n answers: the first says which status, the second whether the
// answer is cut off. Whatever it is, a channel's verdict can be acted upon.
#include <cstdlib>

#include "notify/registry.h"

namespace {

void check(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  constexpr std::uint16_t kStatuses[] = {200, 204, 302, 400, 401, 403, 404, 408, 429, 500, 503};
  if (size < 2 || size > 2 + 1024) return 0;
  const base::WallTime now{std::chrono::hours(500'000)};
  notify::Answer answer{.status = kStatuses[data[0] % std::size(kStatuses)],
                        .body = {reinterpret_cast<const char*>(data) + 2, size - 2},
                        .cut_off = (data[1] & 1) != 0,
                        .now = now};
  if ((data[1] & 2) != 0) answer.limit_reset = now + std::chrono::hours(data[1]);
  for (const notify::Channel* channel : notify::registry()) {
    const notify::Verdict verdict = channel->judge(answer);
    const bool delivered = verdict.delivery == rules::Delivery::kDelivered;
    check(delivered == verdict.problem.empty());
    check(!delivered || (answer.status >= 200 && answer.status <= 299));
    check(!verdict.wait || verdict.wait->count() >= 0);
    check(!verdict.closed_for || verdict.closed_for->count() >= 0);
    check(verdict.moved_to.empty() || verdict.delivery == rules::Delivery::kRetry);
  }
  return 0;
}

// SPDX-License-Identifier: MIT
#include "notify/channel.h"

namespace notify {

Verdict judge_by_status(const Answer& answer) {
  Verdict verdict{.delivery = rules::judge_status(answer.status), .wait = answer.retry_after};
  if (verdict.delivery != rules::Delivery::kDelivered)
    verdict.problem.appendf("it answered %u", unsigned{answer.status});
  return verdict;
}

}  // namespace notify

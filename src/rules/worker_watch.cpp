// SPDX-License-Identifier: MIT
#include "rules/worker_watch.h"

#include <utility>

namespace rules {

WorkerWatch::Verdict WorkerWatch::on_answer(WorkerStatus status, unsigned confirm) {
  if (!known_) {
    known_ = true;
    told_ = status;
    return {News::kRemember, {}, status};
  }
  if (status == told_) {
    seen_ = 0;
    return {};
  }
  seen_ = seen_ > 0 && status == candidate_ ? seen_ + 1 : 1;
  candidate_ = status;
  if (seen_ < confirm) return {};
  seen_ = 0;
  const WorkerStatus before = std::exchange(told_, status);
  return {before ? News::kTell : News::kRemember, before, status};
}

}  // namespace rules

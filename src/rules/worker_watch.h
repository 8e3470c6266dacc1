// SPDX-License-Identifier: MIT
// When a change of the Worker's answer is told. The state is the last told answer, which survives a restart outside of
// here; every other answer becomes the state once it came `confirm` times in a row. Pure.
//
// Nothing is told where there is nothing to compare with: at the first answer without a stored state, and when the
// Worker answers again after no answer. Both become the state in silence.
#pragma once

#include <cstdint>
#include <optional>

namespace rules {

/// The HTTP status; nothing when there was no answer, which is an answer of its own here ("N/A").
using WorkerStatus = std::optional<std::uint16_t>;

class WorkerWatch {
 public:
  enum class News : std::uint8_t {
    kNone,
    kRemember,  // the state changed in silence: only store it
    kTell,      // it changed, and that is to be told
  };
  struct Verdict {
    News news = News::kNone;
    WorkerStatus before;
    WorkerStatus now;
  };

  /// What an earlier run told last; nothing when that was never stored, or was no answer.
  explicit WorkerWatch(WorkerStatus stored = {}) : told_(stored), known_(stored.has_value()) {}

  /// The answer of one cycle. `confirm`: how many equal ones make a change, 1 at least.
  Verdict on_answer(WorkerStatus status, unsigned confirm);

  WorkerStatus told() const { return told_; }

 private:
  WorkerStatus told_;
  bool known_;
  WorkerStatus candidate_;
  unsigned seen_ = 0;  // the candidate, in a row
};

}  // namespace rules

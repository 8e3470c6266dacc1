// SPDX-License-Identifier: MIT
// Several alerts as one message: a problem together with its end, and everything that waited while a service could not
// be reached, a line each. Reads nothing and sends nothing itself.
#pragma once

#include "rules/event.h"
#include "store/outbox_table.h"

namespace notify {

/// "was down 10:02–10:05 (3 min)", with seconds when it was shorter than a minute.
base::FixedString<95> describe_span(rules::EventKind problem, base::WallTime from, base::WallTime to);

/// The end of a problem that was not told yet: what it says, and how long the problem lasted.
rules::Event fold(const rules::Event& beginning, const rules::Event& end);

/// Lines "HH:MM:SS title – subject" of what waits, as many as fit. What did not fit is for the next one.
class Digest final : public store::OutboxReader {
 public:
  /// `most`: bytes of the text.
  explicit Digest(std::size_t most) : most_(most) {}

  bool on_line(const store::OutboxLine& line) override;
  /// After all lines. `at`: what it is told as of.
  const rules::Event& finish(base::WallTime at, base::SteadyTime at_boot);

  std::size_t count() const { return count_; }
  std::int64_t first() const { return first_; }
  std::int64_t last() const { return last_; }

 private:
  std::size_t most_;
  std::size_t count_ = 0;  // alerts in it
  std::int64_t first_ = 0;
  std::int64_t last_ = 0;
  rules::Event event_;
};

}  // namespace notify

// SPDX-License-Identifier: MIT
// Everything that is wrong, as sentences: of the rows of the lists, of the channels, what monitors say themselves, and
// of Limpet and its surroundings (own_problems.h). Pure.
#pragma once

#include "web/view.h"

namespace web {

class ProblemVisitor {
 public:
  /// Its texts live as long as the call.
  virtual void on_problem(const ProblemRow& problem) = 0;

 protected:
  ~ProblemVisitor() = default;
};

/// Whether a row that is so is wrong.
constexpr bool is_wrong(Condition condition) {
  return condition == Condition::kCritical || condition == Condition::kBusy || condition == Condition::kWarning;
}

void visit_problems(const View& view, ProblemVisitor& visitor);

/// The same, the critical ones first.
void visit_worst_first(const View& view, ProblemVisitor& visitor);

/// "telegram" as its makers write it.
std::string_view channel_title(std::string_view name);

}  // namespace web

// SPDX-License-Identifier: MIT
// What all problems together come to: the headline, and a word for each part of the box. Pure.
#pragma once

#include "base/fixed_string.h"
#include "web/problems.h"

namespace web {

/// Over all problems: how many, the worst, and how many are like it.
class ProblemCount final : public ProblemVisitor {
 public:
  static constexpr std::string_view kBoxParts[] = {"box", "network", "smart", "checks", "healing"};

  void on_problem(const ProblemRow& problem) override;

  std::size_t all = 0;
  std::size_t of_box = 0;      // of kBoxParts
  std::size_t like_worst = 0;  // as bad, and of the same part
  Condition worst = Condition::kWell;
  Condition worst_of_box = Condition::kWell;
  base::FixedString<31> worst_part;
  base::FixedString<200> worst_sentence;
};

struct BoxVerdict {
  Condition condition = Condition::kWell;
  base::FixedString<200> headline;
  base::FixedString<200> detail;
};
/// `problems` has seen all of `view`.
BoxVerdict verdict_of(const ProblemCount& problems, const View& view);

struct Part {
  std::string_view part;
  std::string_view label;
  Condition condition = Condition::kWell;
  base::FixedString<63> text;
};
Part containers_part(const RowSource<ContainerRow>& rows);
Part services_part(const RowSource<ServiceRow>& rows);
Part commands_part(const RowSource<CommandRow>& rows);
Part instances_part(const RowSource<InstanceRow>& rows);
Part alerts_part(const RowSource<ChannelRow>& rows);
Part box_part(const ProblemCount& problems, bool measured);

}  // namespace web

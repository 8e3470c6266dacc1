// SPDX-License-Identifier: MIT
#include "web/problems.h"

#include "base/fixed_string.h"
#include "web/own_problems.h"

namespace web {

namespace {

using Sentence = base::FixedString<200>;
constexpr int kLongestName = 120;  // of a command, in a sentence

Sentence sentence(std::string_view name, std::string_view predicate) {
  Sentence text(name.substr(0, base::utf8_cut(name, kLongestName)));
  if (name.size() > kLongestName) text.append("…");
  return text.append(" ").append(predicate), text;
}

std::string_view predicate(const ContainerRow& row) {
  if (row.state == "running") return row.health == "unhealthy" ? "is unhealthy" : "keeps restarting";
  if (row.state == "exited") return "exited";
  if (row.state == "restarting") return "is restarting";
  return row.state == "unknown" ? "is not known" : "stopped";
}

std::string_view predicate(const ServiceRow& row) {
  if (row.state == "failed") return "failed";
  if (row.state == "stopped") return row.kind == "process" ? "is gone" : "stopped";
  return row.state == "running" ? "keeps restarting" : "is not known";
}

std::string_view predicate(const CommandRow& row) {
  if (row.state == "orphaned") return "never ended";
  return row.state == "error" ? "could not be started" : "failed";
}

std::string_view predicate(const InstanceRow& row) { return row.state == "crashed" ? "crashed" : "is silent"; }

template <class Row>
std::string_view name_of(const Row& row) {
  return row.name;
}
template <>
std::string_view name_of(const CommandRow& row) {
  return row.command;
}
template <>
std::string_view name_of(const InstanceRow& row) {
  return row.key;
}

// What is done about it: the monitor's reason, or at least why Limpet keeps its hands off.
template <class Row>
Sentence done_of(const Row& row) {
  Sentence done(row.reason);
  if constexpr (requires { row.restart; }) {
    if (done.empty() && !row.restart.allowed) done.append("Limpet only tells: ").append(row.restart.why_not);
  }
  if (!done.empty() && !done.view().ends_with('.')) done.append(".");
  return done;
}

template <class Row>
void visit(std::string_view part, const RowSource<Row>& rows, ProblemVisitor& visitor) {
  if (rows.status().state != ListStatus::State::kOn) return;
  for (std::size_t index = 0;; ++index) {
    const auto row = rows.row(index);
    if (!row) return;
    if (!is_wrong(row->condition)) continue;
    const std::string_view name = name_of(*row);
    const Sentence what = sentence(name, predicate(*row));
    const Sentence done = done_of(*row);
    ProblemRow problem{.part = part,
                       .what = what,
                       .done = done,
                       .condition = row->condition,
                       .age = row->age,
                       .subject = name,
                       .may_restart = false};
    if constexpr (requires { row->restart; }) problem.may_restart = row->restart.allowed;
    visitor.on_problem(problem);
  }
}

void visit_channels(const RowSource<ChannelRow>& rows, ProblemVisitor& visitor) {
  for (std::size_t index = 0;; ++index) {
    const auto row = rows.row(index);
    if (!row) return;
    if (!row->on || (!row->refused && row->reason.empty())) continue;
    const std::string_view title = channel_title(row->name);
    const Sentence what = sentence(title, row->refused ? "refuses alerts" : "does not take alerts");
    Sentence done(row->reason);
    done.append(".");
    visitor.on_problem({.part = "delivery",
                        .what = what,
                        .done = done,
                        .condition = row->refused ? Condition::kCritical : Condition::kWarning,
                        .age = {},
                        .subject = {},
                        .may_restart = false});
  }
}

// Passes on those of one condition.
class Only final : public ProblemVisitor {
 public:
  Only(Condition condition, ProblemVisitor& visitor) : condition_(condition), visitor_(visitor) {}
  void on_problem(const ProblemRow& problem) override {
    if (problem.condition == condition_) visitor_.on_problem(problem);
  }

 private:
  Condition condition_;
  ProblemVisitor& visitor_;
};

}  // namespace

std::string_view channel_title(std::string_view name) {
  constexpr std::string_view kTitles[][2] = {
      {"pushover", "Pushover"}, {"telegram", "Telegram"}, {"slack", "Slack"}, {"webhook", "Webhook"}};
  for (const auto& [known, title] : kTitles) {
    if (known == name) return title;
  }
  return name;
}

void visit_problems(const View& view, ProblemVisitor& visitor) {
  const Lists lists = view.lists();
  bool network_tells = false;
  for (std::size_t index = 0;; ++index) {
    const auto problem = lists.problems.row(index);
    if (!problem) break;
    network_tells |= problem->part == "network";
    visitor.on_problem(*problem);
  }
  visit_own_problems(view.status(), network_tells, visitor);
  visit("containers", lists.containers, visitor);
  visit("services", lists.services, visitor);
  visit("commands", lists.commands, visitor);
  visit("instances", lists.instances, visitor);
  visit_channels(lists.channels, visitor);
}

void visit_worst_first(const View& view, ProblemVisitor& visitor) {
  for (const Condition condition : {Condition::kCritical, Condition::kBusy, Condition::kWarning}) {
    Only only(condition, visitor);
    visit_problems(view, only);
  }
}

}  // namespace web

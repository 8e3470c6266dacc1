// SPDX-License-Identifier: MIT
#include "web/box_verdict.h"

#include <algorithm>

namespace web {

namespace {

// The worse, the higher.
int weight(Condition condition) {
  switch (condition) {
    case Condition::kCritical:
      return 3;
    case Condition::kBusy:
      return 2;
    case Condition::kWarning:
      return 1;
    default:
      return 0;
  }
}

// "5 containers are failing", for the parts that are lists.
std::string_view many_words(std::string_view part) {
  constexpr std::string_view kWords[][2] = {{"containers", "containers are failing"},
                                            {"services", "services are failing"},
                                            {"commands", "commands went wrong"},
                                            {"instances", "scripts are silent or crashed"},
                                            {"delivery", "channels do not take alerts"}};
  for (const auto& [known, words] : kWords) {
    if (known == part) return words;
  }
  return {};
}

struct Count {
  std::size_t all = 0;
  std::size_t well = 0;
  std::size_t wrong = 0;
  Condition worst = Condition::kWell;
};

template <class Row>
Count count_rows(const RowSource<Row>& rows) {
  Count count;
  for (;; ++count.all) {
    const auto row = rows.row(count.all);
    if (!row) return count;
    if (row->condition == Condition::kWell) ++count.well;
    if (is_wrong(row->condition)) ++count.wrong;
    if (weight(row->condition) > weight(count.worst)) count.worst = row->condition;
  }
}

bool has_channel(const RowSource<ChannelRow>& rows) {
  for (std::size_t index = 0; const auto row = rows.row(index); ++index) {
    if (row->on) return true;
  }
  return false;
}

struct Words {
  std::string_view part;
  std::string_view label;
  const char* well;   // "9 running"
  const char* wrong;  // "5 of 20 failing"
  const char* none;
};

template <class Row>
Part list_part(const RowSource<Row>& rows, const Words& words) {
  Part part{.part = words.part, .label = words.label, .condition = Condition::kEnded, .text = {}};
  const ListStatus status = rows.status();
  if (status.state == ListStatus::State::kUnknown) {
    part.condition = Condition::kUnknown;
    part.text = "not known";
    return part;
  }
  if (status.state == ListStatus::State::kOff) {
    part.text = "off";
    return part;
  }
  const Count count = count_rows(rows);
  if (count.wrong > 0) {
    part.condition = count.worst;
    part.text.appendf("%zu of %zu %s", count.wrong, count.all, words.wrong);
  } else if (count.well > 0) {
    part.condition = Condition::kWell;
    part.text.appendf("%zu %s", count.well, words.well);
  } else {
    part.text = words.none;
  }
  return part;
}

}  // namespace

void ProblemCount::on_problem(const ProblemRow& problem) {
  ++all;
  if (std::ranges::find(kBoxParts, problem.part) != std::end(kBoxParts)) {
    ++of_box;
    if (weight(problem.condition) > weight(worst_of_box)) worst_of_box = problem.condition;
  }
  if (weight(problem.condition) > weight(worst)) {
    worst = problem.condition;
    worst_part = problem.part;
    worst_sentence = problem.what;
    like_worst = 0;
  }
  if (problem.condition == worst && worst_part == problem.part) ++like_worst;
}

BoxVerdict verdict_of(const ProblemCount& problems, const View& view) {
  BoxVerdict verdict;
  if (problems.all > 0) {
    verdict.condition = problems.worst;
    const std::string_view many = many_words(problems.worst_part);
    const bool counted = problems.like_worst > 1 && !many.empty();
    if (counted) {
      verdict.headline.appendf("%zu ", problems.like_worst).append(many);
    } else {
      verdict.headline = problems.worst_sentence;
    }
    const std::size_t more = problems.all - (counted ? problems.like_worst : 1);
    if (more == 1) verdict.detail = "And one more thing is wrong.";
    if (more > 1) verdict.detail.appendf("And %zu more things are wrong.", more);
    return verdict;
  }
  const StatusInput status = view.status();
  if (status.newest == nullptr) {
    verdict.condition = Condition::kUnknown;
    verdict.headline = "Nothing is known yet";
    verdict.detail = "Limpet has just started; the first sample comes in a few seconds.";
  } else if (!has_channel(view.lists().channels)) {
    verdict.condition = Condition::kWarning;
    verdict.headline = "All right, but nobody would hear of trouble";
    verdict.detail = "The box is well. No alert channel is set up yet; the configuration's comments say how.";
  } else {
    verdict.headline = "All right";
    verdict.detail.append("Everything Limpet watches on ").append(status.host_name).append(" is well.");
  }
  return verdict;
}

Part containers_part(const RowSource<ContainerRow>& rows) {
  return list_part(
      rows, {.part = "containers", .label = "Containers", .well = "running", .wrong = "failing", .none = "none yet"});
}

Part services_part(const RowSource<ServiceRow>& rows) {
  Part part = list_part(
      rows, {.part = "services", .label = "Services", .well = "running", .wrong = "failing", .none = "none named"});
  const auto first = rows.row(0);
  if (!first || first->kind != "process") return part;
  for (std::size_t index = 1; const auto row = rows.row(index); ++index) {
    if (row->kind != "process") return part;
  }
  part.label = "Processes";
  return part;
}

Part commands_part(const RowSource<CommandRow>& rows) {
  return list_part(
      rows, {.part = "commands", .label = "Commands", .well = "running", .wrong = "wrong", .none = "none running"});
}

Part instances_part(const RowSource<InstanceRow>& rows) {
  return list_part(rows,
                   {.part = "instances", .label = "Instances", .well = "alive", .wrong = "wrong", .none = "none yet"});
}

Part alerts_part(const RowSource<ChannelRow>& rows) {
  Part part{.part = "alerts", .label = "Alerts", .condition = Condition::kWell, .text = {}};
  std::uint64_t waiting = 0;
  std::size_t on = 0;
  std::size_t refused = 0;
  for (std::size_t index = 0; const auto row = rows.row(index); ++index) {
    on += row->on ? 1 : 0;
    refused += row->on && row->refused ? 1 : 0;
    waiting += row->waiting;
  }
  if (on == 0) {
    part.condition = Condition::kWarning;
    part.text = "no channel";
  } else if (refused > 0) {
    part.condition = Condition::kCritical;
    part.text = refused == 1 ? "refused by one" : "refused";
  } else if (waiting > 0) {
    part.condition = Condition::kWarning;
    part.text.appendf("%llu waiting", static_cast<unsigned long long>(waiting));
  } else {
    part.text = "all delivered";
  }
  return part;
}

Part box_part(const ProblemCount& problems, bool measured) {
  Part part{.part = "box", .label = "Box", .condition = problems.worst_of_box, .text = {}};
  if (problems.of_box > 0) {
    part.text.appendf("%zu wrong", problems.of_box);
  } else if (measured) {
    part.text = "well";
  } else {
    part.condition = Condition::kUnknown;
    part.text = "not known yet";
  }
  return part;
}

}  // namespace web

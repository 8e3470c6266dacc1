// SPDX-License-Identifier: MIT
#include "rules/heal_text.h"

#include <algorithm>
#include <array>

#include "base/human.h"
#include "base/json_writer.h"
#include "rules/event_key.h"

namespace rules {
namespace {

// What is done, as it is told afterwards and meanwhile.
struct ActionWords {
  std::string_view done;
  std::string_view doing;
};
constexpr std::array<ActionWords, std::size(kHealActionNames)> kActionWords = {{
    {"restarted", "being restarted"},
    {"renewed the address", "renewing the address"},
    {"brought the interface down and up", "bringing the interface down and up"},
    {"restarted the network service", "restarting the network service"},
    {"rebooted the box", "rebooting the box"},
    {"stopped a process", "stopping a process"},
    {"dropped the older half of its own history", "dropping the older half of its own history"},
    {"tried the cleanup command", "trying the cleanup command"},
}};
const ActionWords& words_of(HealAction action) { return kActionWords[static_cast<std::size_t>(action)]; }

constexpr std::string_view kLeftAlone = "⚪ Stopped by a person, or not to be repaired any more";

std::string_view label_of(TargetKind kind) {
  constexpr std::array<std::string_view, std::size(kTargetKindNames)> kLabels = {
      "Service", "Container", "Process", "What", "What", "What", "What"};
  return kLabels[static_cast<std::size_t>(kind)];
}

// For programs.
void write_fields(const HealEntry& entry, Event& event) {
  std::array<char, decltype(event.fields)::capacity() + 1> room;
  base::TextWriter out(room);
  base::FixedString<15> attempt;
  attempt.appendf("%u", entry.attempt);
  base::JsonWriter json(out);
  json.begin_object()
      .text(target_kind_name(entry.kind), entry.name)
      .text("action", heal_action_name(entry.action))
      .text("result", heal_result_name(entry.result))
      .text("attempt", attempt)
      .text("reason", entry.reason);
  if (!entry.process.empty()) json.text("process", entry.process);
  json.end_object();
  if (!out.overflowed()) event.fields = out.view();
}

// "Restarted", "Renewed the address".
base::FixedString<47> at_the_beginning(std::string_view words) {
  base::FixedString<47> text;
  const char first = static_cast<char>(words.front() - 'a' + 'A');
  return text.append({&first, 1}).append(words.substr(1));
}

base::FixedString<119> sentence_of(EventKind kind, const HealEntry& entry) {
  base::FixedString<119> text;
  switch (kind) {
    case EventKind::kHealWouldAct:
      text.append(entry.reason.empty() ? "⚪ Dry run: " : "⚪ Safe mode: ");
      if (entry.action == HealAction::kRestart) {
        text.append("it would have been restarted");
      } else {
        text.append("Limpet would have ").append(words_of(entry.action).done);
      }
      break;
    case EventKind::kHealSafeMode:
      text.append("🔴 Safe mode: nothing is repaired any more, only told");
      break;
    case EventKind::kHealAttempt:
      text.append("🔄 ").append(at_the_beginning(words_of(entry.action).doing));
      text.appendf(", attempt %u of %u", entry.attempt, entry.attempts);
      break;
    case EventKind::kHealGivenUp:
      text.appendf("🔴 Given up: %u attempts did not help", entry.attempts);
      break;
    default:
      text.append(entry.result == HealResult::kStopped ? kLeftAlone : "🟢 Well again");
      if (entry.took) text.append(" after ").append(base::format_duration(*entry.took));
  }
  return text;
}

}  // namespace

Event heal_event(EventKind kind, const HealEntry& entry, base::WallTime time, base::SteadyTime at_boot,
                 std::string_view local_time) {
  base::FixedString<127> key(target_kind_name(entry.kind));
  key.append(":").append(entry.name);
  Event event = make_event(kind, time, at_boot, event_key(key));
  event.subject = entry.name.view();
  if (entry.result == HealResult::kStopped) event.title = "☑️ Healing: left alone";
  append_line(event, label_of(entry.kind), entry.name);
  append_line(event, "Status", sentence_of(kind, entry));
  if (!entry.process.empty()) append_line(event, "Process", entry.process);
  if (kind != EventKind::kHealRecovered && !entry.reason.empty()) append_line(event, "Reason", entry.reason);
  if (entry.by_hand) append_line(event, "Asked for", "by a person");
  if ((kind == EventKind::kHealGivenUp || kind == EventKind::kHealSafeMode) && entry.next_try) {
    append_line(event, "Next try", base::format_age(time - *entry.next_try));
  }
  if (kind == EventKind::kHealWouldAct && entry.reason.empty())
    append_line(event, "To let it", "dry_run = no under [heal]");
  append_line(event, "Time", local_time);
  write_fields(entry, event);
  return event;
}

base::FixedString<159> heal_action_words(const HealEntry& entry) {
  base::FixedString<159> words;
  const bool dry = entry.result == HealResult::kDryRun;
  if (entry.attempt == 0 && !dry) {
    return words.append(entry.result == HealResult::kGivenUp ? "was repaired often enough" : "was not repaired again");
  }
  if (dry) words.append("would have ");
  words.append(words_of(entry.action).done);
  if (entry.action == HealAction::kRestart) words.append(" the ").append(target_word(entry.kind));
  if (!entry.process.empty()) words.append(": ").append(entry.process);
  if (entry.by_hand) words.append(", as a person asked");
  if (!dry) words.appendf(", attempt %u of %u", entry.attempt, entry.attempts);
  return words;
}

base::FixedString<255> heal_result_words(const HealEntry& entry) {
  base::FixedString<255> words;
  switch (entry.result) {
    case HealResult::kRunning:
      return words.append("Under way");
    case HealResult::kRecovered:
      words.append("Well again");
      if (entry.took) words.append(" after ").append(base::format_duration(*entry.took));
      return words;
    case HealResult::kStopped:
      return words.append("Left alone: stopped by a person, or not to be repaired any more");
    case HealResult::kDryRun:
      return words.append(entry.reason.empty() ? "Dry run" : "Safe mode").append(": nothing was done");
    case HealResult::kFailed:
      words.append("Did not help");
      break;
    case HealResult::kGivenUp:
      words.append("Given up");
      break;
  }
  if (!entry.reason.empty()) words.append(": ").append(entry.reason);
  return words;
}

base::FixedString<119> heal_state_words(const HealMachine& machine, const HealPolicy& policy, base::SteadyTime now) {
  base::FixedString<119> words;
  const std::uint32_t attempt = machine.attempt(policy, now);
  const ActionWords& action = words_of(machine.memory().action);
  const auto wait = [&] { return base::format_duration(std::max<base::Duration>(machine.memory().due - now, {})); };
  switch (machine.phase()) {
    case HealPhase::kHealthy:
      break;
    case HealPhase::kFailing:
      if (machine.waits_for_box()) return words.append("waits: all actions of this hour are used");
      words.append(policy.dry_run ? "dry run: attempt" : "attempt");
      return words.appendf(" %u of %u in %s", attempt + 1, policy.attempts, wait().c_str());
    case HealPhase::kHeld:
      words.append(policy.safe_mode ? "safe mode" : "dry run").append(": Limpet would have ").append(action.done);
      return machine.memory().action == HealAction::kRestart ? words.append(" it") : words;
    case HealPhase::kActing:
      return words.append(action.doing).appendf(", attempt %u of %u", attempt, policy.attempts);
    case HealPhase::kVerifying:
      words.append(action.done).appendf(", attempt %u of %u; it has to stay well for ", attempt, policy.attempts);
      return words.append(base::format_duration(policy.verify));
    case HealPhase::kGivenUp:
      return words.appendf("given up after %u attempts, next try in %s", machine.memory().attempts, wait().c_str());
  }
  return words;
}

}  // namespace rules

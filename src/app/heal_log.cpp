// SPDX-License-Identifier: MIT
#include "app/heal_log.h"

#include <algorithm>

#include "rules/heal_text.h"
#include "store/heal_table.h"

namespace app {
namespace {

using rules::HealResult;

web::Condition condition_of(HealResult result) {
  switch (result) {
    case HealResult::kRunning:
      return web::Condition::kBusy;
    case HealResult::kRecovered:
      return web::Condition::kWell;
    case HealResult::kFailed:
      return web::Condition::kWarning;
    case HealResult::kGivenUp:
      return web::Condition::kCritical;
    case HealResult::kStopped:
    case HealResult::kDryRun:
      break;
  }
  return web::Condition::kEnded;
}

}  // namespace

std::uint64_t HealLog::add(const rules::HealEntry& entry, bool is_attempt) {
  Line line{.entry = entry, .dirty = true, .attempt_due = is_attempt, .of_this_run = true};
  line.entry.id = ++last_id_;
  lines_.push(line);
  dirty_ = true;
  ++revision_;
  return lines_.end_number() - 1;
}

rules::HealEntry* HealLog::find(std::uint64_t number) {
  if (number < lines_.begin_number() || number >= lines_.end_number()) return nullptr;
  return &lines_.at(number).entry;
}

void HealLog::touch(std::uint64_t number) {
  lines_.at(number).dirty = dirty_ = true;
  ++revision_;
}

std::optional<std::uint64_t> HealLog::running(rules::TargetKind kind, std::string_view name) const {
  for (std::uint64_t number = lines_.end_number(); number-- > lines_.begin_number();) {
    const rules::HealEntry& entry = lines_.at(number).entry;
    if (entry.kind != kind || entry.name != name) continue;
    return entry.result == HealResult::kRunning ? std::optional(number) : std::nullopt;
  }
  return std::nullopt;
}

bool HealLog::has_room() const {
  if (lines_.size() < lines_.capacity()) return true;
  const Line& oldest = lines_.at(lines_.begin_number());
  return !oldest.dirty && !oldest.attempt_due;
}

lib::SqliteResult<void> HealLog::write(lib::SqliteDatabase& database, std::string_view host_name,
                                       const store::EraNow& now) {
  lib::SqliteResult<void> done;
  for (std::uint64_t number = lines_.begin_number(); done && number < lines_.end_number(); ++number) {
    const Line& line = lines_.at(number);
    const rules::HealEntry& entry = line.entry;
    if (line.dirty) done = store::write_heal_entry(database, entry, host_name);
    if (done && line.attempt_due) {
      done = store::write_heal_attempt(
          database, {.id = entry.id, .kind = entry.kind, .name = entry.name, .at = entry.at}, host_name, now);
    }
  }
  return done;
}

void HealLog::on_committed() {
  for (std::uint64_t number = lines_.begin_number(); number < lines_.end_number(); ++number) {
    lines_.at(number).dirty = lines_.at(number).attempt_due = false;
  }
  dirty_ = false;
}

lib::SqliteResult<void> HealLog::on_opened(lib::SqliteDatabase& database) {
  const auto newest = store::newest_heal_entry(database);
  if (!newest) return std::unexpected(newest.error());
  last_id_ = std::max(last_id_, *newest);
  if (!read_) {
    const auto done = store::read_heal_entries(database, base::limits::kHealEntries,
                                               base::Callback<const rules::HealEntry&>::to<&HealLog::remember>(*this));
    if (!done) return done;
    read_ = true;
    ++revision_;
    return {};
  }
  for (std::uint64_t number = lines_.begin_number(); number < lines_.end_number(); ++number) {
    Line& line = lines_.at(number);
    line.dirty = dirty_ = true;
    line.attempt_due = line.of_this_run && line.entry.attempt > 0;
  }
  return {};
}

web::ListStatus HealLog::status() const {
  return {.state = web::ListStatus::State::kOn, .reason = {}, .size = lines_.size(), .revision = revision_};
}

std::optional<web::HealingRow> HealLog::row(std::size_t index) const {
  if (index >= lines_.size()) return std::nullopt;
  const rules::HealEntry& entry = lines_.at(lines_.end_number() - 1 - index).entry;
  action_ = rules::heal_action_words(entry);
  result_ = rules::heal_result_words(entry);
  web::HealingRow row;
  row.target = entry.name;
  row.action = action_;
  row.result = result_;
  row.condition = condition_of(entry.result);
  row.time = entry.time;
  row.dry_run = entry.result == HealResult::kDryRun;
  if (entry.result != HealResult::kRunning && !row.dry_run) row.verified = entry.result == HealResult::kRecovered;
  row.next_try = entry.next_try;
  return row;
}

}  // namespace app

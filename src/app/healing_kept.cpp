// SPDX-License-Identifier: MIT
// What of the healing outlives the run, and what programs ask of it.
#include <algorithm>

#include "app/healing.h"
#include "base/log.h"
#include "base/version.h"
#include "os/boot_id.h"
#include "os/read_file.h"
#include "store/heal_table.h"

namespace app {

void Healing::begin() {
  std::array<char, 64> buffer;
  const auto text = os::read_file(parts_.settings.procfs_root, "/sys/kernel/random/boot_id", buffer);
  era_ = {.boot = text ? os::parse_boot_id(*text) : std::nullopt, .not_before = base::kBuiltAfter};
  const config::Settings& settings = parts_.settings;
  const auto has_command = [](const config::ProcessSettings& process) { return !process.restart.empty(); };
  const bool wanted = !settings.systemd_restart.empty() || allowed_rungs().count() > 0 || !settings.heal_kill.empty() ||
                      !settings.disk_cleanup.empty() || std::ranges::any_of(settings.processes, has_command);
  if (wanted && !actions_.can_repair(rules::TargetKind::kUnit)) {
    base::log::warn(
        "Healing: Limpet was not started by root, and so can repair no service, no process and no network, stop no "
        "process, and run no cleanup");
  }
}

lib::SqliteResult<void> Healing::write(lib::SqliteDatabase& database) {
  const store::EraNow now(clock_, era_);
  lib::SqliteResult<void> done;
  if (rewrite_) done = store::clear_heal_targets(database);
  for (const Target& target : targets_) {
    if (!done || target.name.empty() || !(target.dirty || rewrite_)) continue;
    done = store::write_heal_target(database, {target.kind, target.name, target.machine.memory()}, now);
  }
  if (done) done = log_.write(database, parts_.host_name, now);
  return done;
}

void Healing::on_committed() {
  for (Target& target : targets_) {
    if (target.name.empty()) continue;
    target.dirty = false;
    target.kept = target.machine.phase() != rules::HealPhase::kHealthy;
  }
  dirty_ = rewrite_ = false;
  log_.on_committed();
  start_next();
  arm();
}

// What this run knows is newer than what a file says that is opened later.
lib::SqliteResult<void> Healing::on_opened(lib::SqliteDatabase& database) {
  if (auto done = log_.on_opened(database); !done) return done;
  if (known_) {
    dirty_ = rewrite_ = true;
    return {};
  }
  const store::EraNow now(clock_, era_);
  auto done = store::read_heal_targets(database, now,
                                       base::Callback<const store::HealTargetRow&>::to<&Healing::take_row>(*this));
  if (done) {
    done = store::read_heal_attempts(database, static_cast<int>(base::limits::kHealTargets * kMostPerHour), now,
                                     base::Callback<const store::HealAttempt&>::to<&Healing::take_attempt>(*this));
  }
  known_ = done.has_value();
  if (known_) timer_.arm_after({});
  return done;
}

void Healing::take_row(const store::HealTargetRow& row) {
  Target* const target = find_or_add(row.kind, row.name);
  if (target == nullptr) return;
  target->machine.restore(row.memory, policy(*target), clock_.steady_now());
  target->kept = true;
  target->entry = log_.running(row.kind, row.name).value_or(UINT64_MAX);
}

// Also of a target that is healthy by now: what it was done within the window counts.
void Healing::take_attempt(const store::HealAttempt& attempt) {
  const base::SteadyTime now = clock_.steady_now();
  if (now - attempt.at < kHour) box_.add(attempt.at);
  Target* target = find(attempt.kind, attempt.name);
  if (target == nullptr && now - attempt.at < policy().window) target = find_or_add(attempt.kind, attempt.name);
  if (target != nullptr) target->machine.restore_attempt(attempt.at);
}

unsigned Healing::used() const { return static_cast<unsigned>(box_.count(kHour, clock_.steady_now())); }

void Healing::write_metrics(web::MetricsWriter& out) const {
  out.gauge("heal_dry_run", "1 while nothing is repaired, only told.", parts_.settings.heal_dry_run ? 1 : 0);
  out.gauge("heal_actions_in_this_hour", "Repairs within the last hour.", used());
  out.gauge("heal_reboots_in_this_day", "Reboots of the box by Limpet within the last 24 hours.",
            static_cast<double>(reboots_.used()));
  out.gauge("heal_safe_mode", "1 while nothing is repaired as the reboots of a day did not help.", safe_mode() ? 1 : 0);
  out.counter("heal_attempts_total", "Attempts to repair something.", attempts_);
  out.counter("heal_given_up_total", "What was given up after as many attempts as are allowed.", given_up_);
  out.counter("heal_without_room_total", "Times that there was no room to look after one more.", no_room_);
}

}  // namespace app

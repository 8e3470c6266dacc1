// SPDX-License-Identifier: MIT
// What the healing may do, and how often: by the settings; and the network's ladder, the reboots of a day, and the safe
// mode after them.
#include <algorithm>

#include "app/healing.h"
#include "base/human.h"
#include "os/local_time.h"
#include "rules/heal_text.h"
#include "rules/name_list.h"
#include "rules/unit_state.h"

namespace app {

using rules::HealAction;
using rules::TargetHealth;
using rules::TargetKind;

namespace {

// The kernel's share of ten seconds fades in that time from all to nothing; after it the box is read once more.
constexpr std::chrono::seconds kPressureSettles{30};
// The first may have been under way already when the disk had got its room.
constexpr int kReadingsAfter = 2;

}  // namespace

web::MayRestart Healing::may_restart(TargetKind kind, std::string_view name) const {
  const config::Settings& settings = parts_.settings;
  if (!actions_.can_repair(kind)) {
    return {.allowed = false, .possible = false, .why_not = "there is no helper process that keeps root"};
  }
  switch (kind) {
    case TargetKind::kUnit:
      if (rules::list_names_unit(settings.systemd_restart, name)) return {.allowed = true, .why_not = {}};
      return {.allowed = false, .why_not = "not in [systemd] restart"};
    case TargetKind::kContainer:
      if (rules::list_names(settings.docker_restart, name)) return {.allowed = true, .why_not = {}};
      return {.allowed = false, .why_not = "not in [docker] restart"};
    case TargetKind::kNetwork:
      if (allowed_rungs().count() > 0) return {.allowed = true, .why_not = {}};
      return {.allowed = false, .why_not = "nothing of [network] renew, bounce, service and [heal] reboot is set"};
    case TargetKind::kMemory:
    case TargetKind::kCpu:
      if (!settings.heal_kill.empty()) return {.allowed = true, .why_not = {}};
      return {.allowed = false, .why_not = "[heal] kill names no process"};
    case TargetKind::kDisk:
      if (!settings.disk_cleanup.empty()) return {.allowed = true, .why_not = {}};
      return {.allowed = false, .why_not = "[disk] cleanup is empty"};
    case TargetKind::kProcess:
      break;
  }
  const auto found = std::ranges::find(settings.processes, name, &config::ProcessSettings::name);
  if (found != settings.processes.end() && !found->restart.empty()) return {.allowed = true, .why_not = {}};
  return {.allowed = false, .why_not = "its section has no restart"};
}

rules::HealPolicy Healing::policy() const {
  const config::Settings& settings = parts_.settings;
  return {.dry_run = settings.heal_dry_run,
          .attempts = settings.heal_attempts,
          .window = settings.heal_window,
          .backoff = settings.heal_backoff,
          .verify = settings.heal_verify};
}

base::SteadyTime Healing::box_at(base::SteadyTime now) const {
  return box_.room_at(parts_.settings.heal_per_hour, kHour, now);
}

// While no rung can be taken as things are, there is nothing to be done about it.
void Healing::on_network(TargetHealth health, const rules::NetworkPath& path) {
  interface_ = path.interface;
  has_default_route_ = path.has_default_route;
  if (health == TargetHealth::kIll && rungs().count() == 0) health = TargetHealth::kUnsure;
  on_health(TargetKind::kNetwork, kNetwork, health);
}

// Nothing that may be stopped: there is nothing to be done about it. What is being stopped stays what it was.
void Healing::on_pressure(TargetKind kind, TargetHealth health, const rules::ProcessFacts* worst) {
  const std::string_view name = rules::target_kind_name(kind);
  const Target* const target = find(kind, name);
  const bool acting = target != nullptr && target->machine.phase() == rules::HealPhase::kActing;
  if (worst != nullptr && !acting) {
    StopChoice& choice = stops_[static_cast<std::size_t>(kind)];
    choice.process = {worst->pid, worst->started_ticks};
    choice.words.clear();
    choice.words.appendf("%s, PID %d, ", worst->name.c_str(), worst->pid);
    if (kind == TargetKind::kMemory) {
      choice.words.append(base::format_bytes(1024 * worst->private_kib)).append(" of memory");
    } else {
      choice.words.appendf("%.0f %% of a processor", static_cast<double>(worst->cpu_percent.value_or(0)));
    }
  }
  if (health == TargetHealth::kIll && worst == nullptr) health = TargetHealth::kUnsure;
  on_health(kind, name, health);
}

void Healing::on_disk(TargetHealth health, bool history) {
  history_on_disk_ = history;
  const bool helpless = std::ranges::none_of(disk_rungs(), &rules::Rung::there);
  if (health == TargetHealth::kIll && helpless) health = TargetHealth::kUnsure;
  on_health(TargetKind::kDisk, rules::target_kind_name(TargetKind::kDisk), health);
}

std::array<rules::Rung, 2> Healing::disk_rungs() const {
  return {{{HealAction::kDropHistory, history_on_disk_}, {HealAction::kCleanUp, actions_.has_helper()}}};
}

rules::NetworkRungs Healing::allowed_rungs() const {
  const config::Settings& settings = parts_.settings;
  return {.renew = !settings.network_renew.empty(),
          .bounce = settings.network_bounce,
          .service = !settings.network_service.empty(),
          .reboot = settings.heal_reboot};
}

// The helper looks at the routes once more.
rules::NetworkRungs Healing::rungs() const {
  rules::NetworkRungs rungs = allowed_rungs();
  const bool only_way = has_default_route_ && !parts_.settings.network_bounce_default;
  rungs.bounce = rungs.bounce && !interface_.empty() && !only_way;
  return rungs;
}

rules::HealPolicy Healing::policy(const Target& target) const {
  rules::HealPolicy policy = this->policy();
  if (target.kind == TargetKind::kNetwork) {
    return rules::network_policy(policy, rungs(), target.machine.memory(), reboots_.why_not().empty());
  }
  if (rules::is_pressure(target.kind)) {
    policy.action = HealAction::kStopProcess;
    policy.settle = kPressureSettles + parts_.settings.heartbeat_interval;
  }
  if (target.kind == TargetKind::kDisk) {
    policy = rules::ladder_policy(policy, disk_rungs(), target.machine.memory());
    policy.settle = kReadingsAfter * parts_.settings.heartbeat_interval;
  }
  policy.safe_mode = !policy.dry_run && safe_mode();
  policy.dry_run = policy.dry_run || policy.safe_mode;
  return policy;
}

// The network waits for a reboot that is not allowed.
bool Healing::safe_mode() const {
  const Target* const network = find(TargetKind::kNetwork, kNetwork);
  if (network == nullptr || network->machine.phase() != rules::HealPhase::kHeld) return false;
  return policy(*network).safe_mode;
}

base::FixedString<191> Healing::safe_mode_words() const {
  base::FixedString<191> words;
  if (!safe_mode()) return words;
  const base::Duration wait = reboots_.wait();
  words.append(reboots_.why_not()).append(". Limpet tells and does nothing until it is back");
  if (wait > base::Duration::zero()) words.append(", or for ").append(base::format_duration(wait));
  return words.append(".");
}

// What would have been done, but for the dry run or the safe mode; the network is what brings that about.
void Healing::tell_dry(const Target& target, bool by_hand) {
  rules::HealEntry entry = make_entry(target, rules::HealResult::kDryRun);
  entry.by_hand = by_hand;
  if (safe_mode() && !by_hand) entry.reason = reboots_.why_not();
  log_.add(entry, false);
  if (target.kind != TargetKind::kNetwork || entry.reason.empty()) return tell(rules::EventKind::kHealWouldAct, entry);
  const base::Duration wait = reboots_.wait();
  if (wait > base::Duration::zero()) entry.next_try = clock_.wall_now() + wait;
  tell(rules::EventKind::kHealSafeMode, entry);
}

}  // namespace app

// SPDX-License-Identifier: MIT
// What can be repaired, and what is remembered of an attempt. Plain values.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/fixed_string.h"
#include "base/time.h"

namespace rules {

enum class TargetKind : std::uint8_t { kUnit, kContainer, kProcess, kNetwork, kMemory, kCpu, kDisk };
inline constexpr std::array<std::string_view, 7> kTargetKindNames = {"unit",   "container", "process", "network",
                                                                     "memory", "cpu",       "disk"};
/// For a person.
inline constexpr std::array<std::string_view, 7> kTargetWords = {"service", "container",  "process", "network",
                                                                 "memory",  "processors", "disk"};

constexpr std::string_view target_kind_name(TargetKind kind) {
  return kTargetKindNames[static_cast<std::size_t>(kind)];
}
constexpr std::string_view target_word(TargetKind kind) { return kTargetWords[static_cast<std::size_t>(kind)]; }

/// Whether a process is stopped for its sake. There is one target of each of these kinds, called as the kind.
constexpr bool is_pressure(TargetKind kind) { return kind == TargetKind::kMemory || kind == TargetKind::kCpu; }

using TargetName = base::FixedString<95>;

/// What is done about it. Those of the network, and those of the disk, are a ladder, from the lowest rung on:
/// rules/heal_ladder.h.
enum class HealAction : std::uint8_t {
  kRestart,
  kRenewAddress,
  kBounceInterface,
  kRestartNetwork,
  kReboot,
  kStopProcess,  // for the sake of the memory, or of the processors
  kDropHistory,  // Limpet's own, to make room on the disk
  kCleanUp,      // by the command of [disk] cleanup
};
inline constexpr std::array<std::string_view, 8> kHealActionNames = {"restart", "renew", "bounce",  "network_service",
                                                                     "reboot",  "stop",  "history", "cleanup"};
constexpr std::string_view heal_action_name(HealAction action) {
  return kHealActionNames[static_cast<std::size_t>(action)];
}

enum class HealResult : std::uint8_t {
  kRunning,  // it is being made, or verified
  kRecovered,
  kFailed,
  kGivenUp,  // the last of several that failed
  kStopped,  // a person stopped the target
  kDryRun,   // it would have been made
};
inline constexpr std::array<std::string_view, 6> kHealResultNames = {"running",  "recovered", "failed",
                                                                     "given_up", "stopped",   "dry_run"};
constexpr std::string_view heal_result_name(HealResult result) {
  return kHealResultNames[static_cast<std::size_t>(result)];
}

/// One attempt, as the recovery log has it.
struct HealEntry {
  std::int64_t id = 0;
  TargetKind kind{};
  TargetName name;
  HealResult result{};
  HealAction action{};
  base::FixedString<79> process;  // of kStopProcess: which one
  base::FixedString<159> reason;  // why it did not help, or was not made
  std::uint32_t attempt = 0;      // this one, of `attempts` within the window; 0: there was none
  std::uint32_t attempts = 0;
  bool by_hand = false;                      // a person asked for it
  base::WallTime time{};                     // when it began
  base::SteadyTime at{};                     // the same
  std::optional<std::chrono::seconds> took;  // until it was well
  std::optional<base::WallTime> next_try;
};

}  // namespace rules

// SPDX-License-Identifier: MIT
// Why the box was started anew, out of what its last run left behind. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace rules {

struct BootEvidence {
  // Numbers of starts of the box, os/boot_id.h; nothing: not known.
  std::optional<std::int64_t> boot;          // of this one
  std::optional<std::int64_t> boot_before;   // in which Limpet ran last
  std::optional<std::int64_t> ended_in;      // in which Limpet last ended because it was asked to
  std::optional<std::int64_t> healed_in;     // in which Limpet itself last had the box rebooted
  std::optional<bool> watchdog;              // that it was the watchdog, where it can tell
  std::optional<std::int64_t> crash;         // of the newest record that a kernel left when it crashed: pstore
  std::optional<std::int64_t> crash_before;  // of the newest one that was known before
};

enum class BootReason : std::uint8_t {
  kSame,       // it was not started anew, or nobody can know: Limpet ran here never before
  kInOrder,    // Limpet was asked to end before: a reboot or a shutdown
  kHealing,    // Limpet rebooted it
  kWatchdog,   // it stood still
  kCrash,      // the kernel crashed
  kPowerLoss,  // it was no watchdog, and nothing was asked to end
  kNotKnown,   // power loss or watchdog: this board cannot tell
};

BootReason evaluate_boot(const BootEvidence& evidence);
/// A sentence for a person; empty for kSame.
std::string_view describe(BootReason reason);

}  // namespace rules

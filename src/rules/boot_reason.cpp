// SPDX-License-Identifier: MIT
#include "rules/boot_reason.h"

namespace rules {

// What the hardware and the kernel say goes before what Limpet knows itself: a box that was asked to reboot can hang on
// its way down.
BootReason evaluate_boot(const BootEvidence& evidence) {
  if (!evidence.boot || !evidence.boot_before || *evidence.boot == *evidence.boot_before) return BootReason::kSame;
  if (evidence.crash && evidence.crash != evidence.crash_before) return BootReason::kCrash;
  if (evidence.watchdog == true) return BootReason::kWatchdog;
  if (evidence.healed_in == evidence.boot_before) return BootReason::kHealing;
  if (evidence.ended_in == evidence.boot_before) return BootReason::kInOrder;
  return evidence.watchdog == false ? BootReason::kPowerLoss : BootReason::kNotKnown;
}

std::string_view describe(BootReason reason) {
  switch (reason) {
    case BootReason::kSame:
      return {};
    case BootReason::kInOrder:
      return "it was rebooted or shut down in order.";
    case BootReason::kHealing:
      return "Limpet rebooted it, as [heal] reboot allows: the network was lost, and nothing else had helped.";
    case BootReason::kWatchdog:
      return "the watchdog reset it: Limpet, or the whole box, stood still.";
    case BootReason::kCrash:
      return "the kernel crashed. What it said then is in /sys/fs/pstore, or in /var/lib/systemd/pstore.";
    case BootReason::kPowerLoss:
      return "it lost its power, or was switched off or reset.";
    case BootReason::kNotKnown:
      return "power loss or watchdog: this board cannot tell which.";
  }
  return {};
}

}  // namespace rules

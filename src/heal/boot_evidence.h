// SPDX-License-Identifier: MIT
// What only root can see of why the box was started: what the watchdog says, and the record of a kernel's crash.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/fixed_string.h"
#include "os/watchdog_device.h"

namespace heal {

struct BootEvidence {
  std::optional<bool> watchdog;       // that it reset the box; nothing where it cannot tell, or none is open
  std::optional<std::int64_t> crash;  // when the newest record was made, seconds since 1970; nothing: there is none
};

/// `crash_records` is where pstore is mounted: kernel's admin-guide/ramoops, files dmesg-*.
BootEvidence find_boot_evidence(const os::WatchdogDevice& watchdog, const std::string& crash_records);

/// "yes 1700000000", "no", "unknown": from the helper to the main process.
base::FixedString<32> format_boot_evidence(const BootEvidence& evidence);
std::optional<BootEvidence> parse_boot_evidence(std::string_view text);

}  // namespace heal

// SPDX-License-Identifier: MIT
// What a board tells of its power and its flash memory: a Raspberry Pi's firmware, the kernel's alarms, eMMC and SD
// cards that say how far they are worn.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace os {

/// "0" or "1" of /sys/class/hwmon/hwmon*/in0_lcrit_alarm. Source: Documentation/ABI/testing/sysfs-class-hwmon.
std::optional<bool> parse_alarm(std::string_view text);

struct Throttling {
  bool undervoltage = false;  // now
  bool throttled = false;     // now: slowed down for whatever reason
};
/// "50005" of .../soc:firmware/get_throttled, in hexadecimal: bit 0 undervoltage, 1 frequency capped, 2 throttled, 3
/// soft temperature limit, all now; 16 to 19 the same since the start. Source: vcgencmd(1), get_throttled.
std::optional<Throttling> parse_throttling(std::string_view text);

/// "0x01 0x03" of /sys/block/mmcblk*/device/life_time: how much of the life of its two kinds of memory is used up, in
/// tenths, 0x0B all of it and more. Source: JEDEC 84-B51, DEVICE_LIFE_TIME_EST_TYP_A and _B. The worse of both in
/// percent, at most: 10, 20 … 100, 110. Nothing when the card does not say (0x00).
std::optional<std::uint8_t> parse_life_used_percent(std::string_view text);

}  // namespace os

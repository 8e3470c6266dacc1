// SPDX-License-Identifier: MIT
// One cycle's values. A value that could not be read is absent, never a made-up number.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "base/fixed_string.h"
#include "base/limits.h"
#include "base/time.h"

namespace rules {

/// IFNAMSIZ is 16 with its NUL, netdevice(7).
using InterfaceName = base::FixedString<15>;

struct InterfaceRate {
  InterfaceName name;
  float received_bytes_per_s = 0;
  float sent_bytes_per_s = 0;
  float errors_per_s = 0;  // receive and transmit errors and drops together
};

/// What the ring in memory keeps of a cycle, and the table `metrics` and the charts have from there.
struct KeptSample {
  /// The tick's nominal second. Moved when the clock is found to have been wrong (see rules/clock_sense.h).
  base::WallTime stamp{};

  std::optional<float> cpu_percent;           // since the last cycle, all cores together
  std::optional<float> memory_percent;        // (MemTotal - MemAvailable) / MemTotal
  std::optional<float> memory_used_mib;       // MemTotal - MemAvailable
  std::optional<float> swap_percent;          // absent where there is no swap
  std::optional<float> disk_percent;          // of [heartbeat] disk, as df(1) and psutil count it
  std::optional<float> temperature_celsius;   // the hottest zone
  std::optional<float> received_bytes_per_s;  // of all interfaces together; absent where none is known
  std::optional<float> sent_bytes_per_s;

  std::int32_t containers = -1;     // running; -1 when Docker is not reachable
  std::optional<bool> internet_ok;  // absent when no probe is configured
  std::optional<float> ping_ms;     // absent when there is no internet
  std::optional<std::uint16_t> worker_status;
  float cycle_duration_ms = 0;
};
static_assert(sizeof(KeptSample) <= base::limits::kSampleBytes);

struct Sample : KeptSample {
  base::SteadyTime taken_at{};
  std::optional<float> inode_percent;  // absent where the file system has no fixed inodes
  std::optional<float> load_1, load_5, load_15;
  std::optional<std::uint32_t> uptime_s;
  std::optional<std::uint32_t> processes;
  std::optional<std::uint32_t> zombies;
  std::array<InterfaceRate, base::limits::kInterfaces> interfaces{};
  std::uint8_t interface_count = 0;
};

}  // namespace rules

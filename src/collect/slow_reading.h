// SPDX-License-Identifier: MIT
// What of the box may keep its reader waiting: file systems, whose server or disk may be gone, sensors on a slow bus,
// the firmware. One function reads all of it, and asks before each thing that may never come back. Run by a child
// process, see collect/slow_host.h; the loop itself never calls it.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/error.h"
#include "base/limits.h"
#include "rules/host_watch.h"

namespace collect {

struct SlowPaths {
  std::string procfs_root = "/proc";
  std::string sysfs_root = "/sys";
  std::string disk = "/";  // of the heartbeat
  std::string data;        // of Limpet
  std::string mounts;      // those to watch, with commas; empty: all that can fill up (rules/mount_choice.h)
};

/// Plain values, so that a child can leave them in shared memory.
struct SlowReading {
  std::optional<float> disk_percent;   // used / (used + free for others than root), as df(1) and psutil count it
  std::uint64_t disk_used_bytes = 0;   // of the heartbeat's disk
  std::uint64_t disk_bytes = 0;        // its size; 0: not known
  bool data_on_disk = false;           // Limpet's data is on it too
  std::optional<float> inode_percent;  // absent where the file system has no fixed number of them
  std::optional<base::Error> disk_error;
  std::optional<float> temperature_celsius;
  std::optional<bool> read_only_root;
  std::optional<bool> undervoltage;
  std::optional<bool> throttled;
  std::optional<std::uint8_t> card_wear_percent;  // of the card that is worn most
  std::array<rules::MountReading, base::limits::kMounts> mounts;
  std::size_t mount_count = 0;
  std::uint32_t mounts_left_out = 0;
  bool all_mounts = false;
};
static_assert(std::is_trivially_copyable_v<SlowReading>);

class SlowGate {
 public:
  /// Before `name`, a path or a sort of sensor, is asked. False: it did not come back the last time; it is passed over.
  virtual bool ask(std::string_view name) = 0;

 protected:
  ~SlowGate() = default;
};

void read_slowly(const SlowPaths& paths, SlowGate& gate, SlowReading& reading);

}  // namespace collect

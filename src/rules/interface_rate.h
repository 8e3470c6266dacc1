// SPDX-License-Identifier: MIT
// How fast a network interface's counters grow. Counters wrap (at 2^32 with some drivers of 32-bit kernels) and start
// again (the interface was made anew, the driver loaded again); neither may give a rate that never was.
#pragma once

#include <cstdint>
#include <optional>

#include "base/time.h"

namespace rules {

/// Since the interface was made.
struct InterfaceCounters {
  std::uint64_t received_bytes = 0;
  std::uint64_t received_packets = 0;
  std::uint64_t sent_bytes = 0;
  std::uint64_t sent_packets = 0;
  std::uint64_t errors = 0;  // receive and transmit errors and drops together
};

struct InterfaceSpeed {
  float received_bytes_per_s = 0;
  float sent_bytes_per_s = 0;
  float errors_per_s = 0;
};

/// Growth of a byte counter during `elapsed`. One that went back wrapped if it was below 2^32 and what it would then
/// have counted fits through a gigabit line, which is more than the boxes with 32-bit counters have; else it started
/// again: nothing. Nothing, too, for a growth that no line carries (over 100 GB/s).
std::optional<std::uint64_t> byte_growth(std::uint64_t before, std::uint64_t now, base::Duration elapsed);

/// Average speed between two readings that are `elapsed` apart. Nothing when the counters started again between them
/// or no time passed. Packet counters that went back say "started again" even where the bytes would look like a wrap.
std::optional<InterfaceSpeed> interface_speed(const InterfaceCounters& before, const InterfaceCounters& now,
                                              base::Duration elapsed);

}  // namespace rules

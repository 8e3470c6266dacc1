// SPDX-License-Identifier: MIT
// /proc/net/dev: what each network interface received and sent.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace os {

/// Counters since the interface was made. On 32-bit kernels some drivers' wrap at 2^32.
struct NetDevLine {
  std::string_view name;  // inside the text that was parsed
  std::uint64_t received_bytes = 0;
  std::uint64_t received_packets = 0;
  std::uint64_t received_errors = 0;
  std::uint64_t received_drops = 0;
  std::uint64_t sent_bytes = 0;
  std::uint64_t sent_packets = 0;
  std::uint64_t sent_errors = 0;
  std::uint64_t sent_drops = 0;
};

/// Inter-|   Receive                                                |  Transmit
///  face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls ...
///     lo:    3267      29    0    0    0     0          0         0     3267      29    0    0    0     0 ...
///   eth0: 106563292  2505    0    0    0     0          0         0   119687    1646    0    0    0     0 ...
/// Source: proc(5), /proc/net/dev; net/core/net-procfs.c. Takes the next interface out of `rest`; the headings and
/// damaged lines are passed over. Old kernels write no blank after the colon. Nothing at the end of the text.
std::optional<NetDevLine> take_net_dev_line(std::string_view& rest);

}  // namespace os

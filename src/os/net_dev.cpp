// SPDX-License-Identifier: MIT
#include "os/net_dev.h"

#include <array>

#include "os/kernel_text.h"

namespace os {
namespace {

// bytes packets errs drop fifo frame compressed multicast, then the sent ones, of which four are wanted.
constexpr std::size_t kColumns = 12;

std::optional<NetDevLine> parse_net_dev_line(std::string_view line) {
  // A name has no colon of its own, but aliases of old kernels ("eth0:1") have: the numbers follow the last one.
  const std::size_t colon = line.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view before = line.substr(0, colon);
  const std::string_view name = take_field(before);
  if (name.empty() || !take_field(before).empty()) return std::nullopt;

  std::string_view numbers = line.substr(colon + 1);
  std::array<std::uint64_t, kColumns> columns{};
  for (std::uint64_t& column : columns) {
    const std::optional<std::uint64_t> number = parse_unsigned(take_field(numbers));
    if (!number) return std::nullopt;
    column = *number;
  }
  return NetDevLine{.name = name,
                    .received_bytes = columns[0],
                    .received_packets = columns[1],
                    .received_errors = columns[2],
                    .received_drops = columns[3],
                    .sent_bytes = columns[8],
                    .sent_packets = columns[9],
                    .sent_errors = columns[10],
                    .sent_drops = columns[11]};
}

}  // namespace

std::optional<NetDevLine> take_net_dev_line(std::string_view& rest) {
  while (const std::optional<std::string_view> line = take_line(rest)) {
    if (const std::optional<NetDevLine> parsed = parse_net_dev_line(*line)) return parsed;
  }
  return std::nullopt;
}

}  // namespace os

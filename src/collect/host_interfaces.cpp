// SPDX-License-Identifier: MIT
#include "collect/host_interfaces.h"

#include <algorithm>

#include "os/net_dev.h"
#include "os/read_file.h"

namespace collect {

void HostInterfaces::Readings::add(const Reading& reading) {
  if (count == places.size()) {
    ++left_out;
    if (places.back().rank <= reading.rank) return;
    --count;
  }
  const auto end = places.begin() + static_cast<std::ptrdiff_t>(count);
  const auto place = std::ranges::upper_bound(places.begin(), end, reading.rank, {}, &Reading::rank);
  std::move_backward(place, end, end + 1);
  *place = reading;
  ++count;
}

auto HostInterfaces::Readings::find(std::string_view name) const -> const Reading* {
  const auto end = places.begin() + static_cast<std::ptrdiff_t>(count);
  const auto found = std::ranges::find(places.begin(), end, name, [](const Reading& r) { return r.name.view(); });
  return found == end ? nullptr : &*found;
}

auto HostInterfaces::parse_readings(std::string_view text) -> base::Result<Readings> {
  Readings readings;
  bool any = false;
  while (const std::optional<os::NetDevLine> line = os::take_net_dev_line(text)) {
    any = true;
    if (line->name.size() > rules::InterfaceName::capacity()) continue;
    if (!rules::interface_wanted(line->name, line->received_bytes > 0 || line->sent_bytes > 0)) continue;
    readings.add(
        {.name = line->name,
         .rank = rules::interface_rank(line->name),
         .counters = {.received_bytes = line->received_bytes,
                      .received_packets = line->received_packets,
                      .sent_bytes = line->sent_bytes,
                      .sent_packets = line->sent_packets,
                      .errors = line->received_errors + line->received_drops + line->sent_errors + line->sent_drops}});
  }
  // Not even the loopback: not the kernel's file.
  if (!any) return std::unexpected(base::Error("/proc/net/dev: no interface in it"));
  return readings;
}

// Process 1 first: /proc/net is a link to the reader's own network, which in a container that was given the host's
// /proc is not the box's.
auto HostInterfaces::read_readings(std::span<char> text) const -> base::Result<Readings> {
  const auto box = os::read_parsed(procfs_root_, "/1/net/dev", text, parse_readings);
  return box ? box : os::read_parsed(procfs_root_, "/net/dev", text, parse_readings);
}

void HostInterfaces::read(base::SteadyTime now, std::span<char> text, rules::Sample& sample) {
  sample.interface_count = 0;
  sample.received_bytes_per_s.reset();
  sample.sent_bytes_per_s.reset();
  const base::Result<Readings> readings = read_readings(text);
  if (!readings) return health_.on_failure(readings.error());
  health_.on_read();
  for (const Reading& reading : std::span(readings->places).first(readings->count)) {
    const Reading* before = readings_.find(reading.name);
    if (before == nullptr) continue;
    const auto speed = rules::interface_speed(before->counters, reading.counters, now - read_at_);
    if (!speed) continue;
    sample.interfaces[sample.interface_count++] = {.name = reading.name,
                                                   .received_bytes_per_s = speed->received_bytes_per_s,
                                                   .sent_bytes_per_s = speed->sent_bytes_per_s,
                                                   .errors_per_s = speed->errors_per_s};
    sample.received_bytes_per_s = sample.received_bytes_per_s.value_or(0) + speed->received_bytes_per_s;
    sample.sent_bytes_per_s = sample.sent_bytes_per_s.value_or(0) + speed->sent_bytes_per_s;
  }
  readings_ = *readings;
  read_at_ = now;
}

}  // namespace collect

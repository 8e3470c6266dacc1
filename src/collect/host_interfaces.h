// SPDX-License-Identifier: MIT
// What the network interfaces receive and send a second. Keeps the counters of the last reading. At most
// limits::kInterfaces get a place, the most important first (rules/interface_choice.h); the rest are counted.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "collect/source_health.h"
#include "rules/interface_choice.h"
#include "rules/interface_rate.h"
#include "rules/sample.h"

namespace collect {

class HostInterfaces {
 public:
  explicit HostInterfaces(const std::string& procfs_root) : procfs_root_(procfs_root) {}

  /// Fills interfaces and interface_count. An interface is in it from its second reading on, and not in the reading
  /// after its counters started again. `text` is scratch.
  void read(base::SteadyTime now, std::span<char> text, rules::Sample& sample);

  /// Interfaces worth watching that found no place at the last reading.
  std::uint32_t left_out() const { return readings_.left_out; }

 private:
  struct Reading {
    rules::InterfaceName name;
    rules::InterfaceRank rank{};
    rules::InterfaceCounters counters;
  };

  /// The most important interfaces in order of importance, then of the kernel's list.
  struct Readings {
    std::array<Reading, base::limits::kInterfaces> places;
    std::size_t count = 0;
    std::uint32_t left_out = 0;

    void add(const Reading& reading);
    const Reading* find(std::string_view name) const;
  };

  static base::Result<Readings> parse_readings(std::string_view text);
  base::Result<Readings> read_readings(std::span<char> text) const;

  const std::string& procfs_root_;
  SourceHealth health_{"network traffic"};
  Readings readings_;
  base::SteadyTime read_at_{};
};

}  // namespace collect

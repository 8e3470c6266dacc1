// SPDX-License-Identifier: MIT
// How hot the hottest sensor of the box is. The kernel's thermal zones are asked; where there is none, the sensors of
// hwmon. A box without any (most virtual ones) has no temperature, and that is no failure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "os/directory.h"
#include "rules/sample.h"

namespace collect {

class HostTemperature {
 public:
  /// Sensors read in one cycle; some answer only after a millisecond on a slow bus.
  static constexpr std::uint32_t kSensors = 32;

  explicit HostTemperature(const std::string& sysfs_root) : sysfs_root_(sysfs_root) {}

  /// Fills temperature_celsius. A sensor that is off, refuses or tells nonsense is passed over. `text` is scratch.
  void read(std::span<char> text, rules::Sample& sample) const;

 private:
  std::optional<float> read_zones(std::span<char> text) const;
  std::optional<float> read_hwmon(std::span<char> text) const;

  const std::string& sysfs_root_;
};

}  // namespace collect

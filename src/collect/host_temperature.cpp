// SPDX-License-Identifier: MIT
#include "collect/host_temperature.h"

#include <algorithm>

#include "os/thermal.h"

namespace collect {
namespace {

using SensorPath = base::FixedString<320>;  // NAME_MAX is 255

class Hottest {
 public:
  void read(const os::Directory& directory, const SensorPath& path, std::span<char> text) {
    if (left_ == 0) return;
    --left_;
    const auto found = directory.read_head(path.c_str(), text);
    if (!found) return;
    const std::optional<float> celsius = os::parse_temperature_celsius(*found);
    if (celsius) celsius_ = std::max(celsius_.value_or(*celsius), *celsius);
  }
  std::optional<float> celsius() const { return celsius_; }

 private:
  std::uint32_t left_ = HostTemperature::kSensors;
  std::optional<float> celsius_;
};

// The next name that begins so, or an empty one at the end. A folder that breaks off is one that ends.
std::string_view next_named(os::Directory& directory, std::string_view prefix) {
  for (;;) {
    const auto name = directory.next();
    if (!name || !*name) return {};
    if ((*name)->starts_with(prefix)) return **name;
  }
}

}  // namespace

std::optional<float> HostTemperature::read_zones(std::span<char> text) const {
  auto zones = os::Directory::open(sysfs_root_, "/class/thermal");
  if (!zones) return std::nullopt;
  Hottest hottest;
  for (std::string_view name; !(name = next_named(*zones, "thermal_zone")).empty();) {
    hottest.read(*zones, SensorPath(name).append("/temp"), text);
  }
  return hottest.celsius();
}

std::optional<float> HostTemperature::read_hwmon(std::span<char> text) const {
  auto chips = os::Directory::open(sysfs_root_, "/class/hwmon");
  if (!chips) return std::nullopt;
  Hottest hottest;
  for (std::string_view chip; !(chip = next_named(*chips, "hwmon")).empty();) {
    auto sensors = os::Directory::open(sysfs_root_, SensorPath("/class/hwmon/").append(chip));
    if (!sensors) continue;
    for (std::string_view name; !(name = next_named(*sensors, "temp")).empty();) {
      if (name.ends_with("_input")) hottest.read(*sensors, SensorPath(name), text);
    }
  }
  return hottest.celsius();
}

void HostTemperature::read(std::span<char> text, rules::Sample& sample) const {
  sample.temperature_celsius = read_zones(text);
  if (!sample.temperature_celsius) sample.temperature_celsius = read_hwmon(text);
}

}  // namespace collect

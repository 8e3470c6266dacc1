// SPDX-License-Identifier: MIT
// Many readings as few points for a chart: each point stands for a step of time and holds mean, smallest and largest of
// what was read in it. Nothing is made up: a step without readings has no point, a series without them no value. Pure,
// and of constant size: readings come one by one, in the order of time.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/time.h"
#include "rules/sample.h"

namespace rules {

enum class Series : std::uint8_t {
  kCpuPercent,
  kMemoryPercent,
  kSwapPercent,
  kDiskPercent,
  kTemperatureCelsius,
  kPingMs,
  kReceivedBytesPerS,  // of all interfaces together
  kSentBytesPerS,
};
inline constexpr std::size_t kSeriesCount = 8;
/// "cpu_percent": as the API calls it.
std::string_view series_name(Series series);

/// What is known of a series in a span of time.
struct Spread {
  float mean = 0;
  float min = 0;
  float max = 0;
  std::uint32_t count = 0;  // readings in it; 0: nothing is known

  /// A reading that is one value.
  static Spread of(std::optional<float> value);
  void add(const Spread& other);
};

struct Reading {
  base::WallTime time{};
  std::array<Spread, kSeriesCount> series{};

  Spread& at(Series which) { return series[static_cast<std::size_t>(which)]; }
  const Spread& at(Series which) const { return series[static_cast<std::size_t>(which)]; }
};
Reading reading_of(const KeptSample& sample);

/// How long a step is at least, of `interval` and round numbers of seconds, so that `range` has at most `most` points.
std::chrono::seconds thinning_step(std::chrono::seconds range, std::chrono::seconds interval, unsigned most);

class Thinning {
 public:
  explicit Thinning(std::chrono::seconds step) : step_(step) {}

  /// Gives the point that is complete now that a reading of another step has come. Its time is the step's beginning, a
  /// multiple of it. A reading before the step under way (the clock was set back) counts as one of this step.
  std::optional<Reading> add(const Reading& reading);
  /// The last point, which may go on to grow.
  std::optional<Reading> finish() const { return current_; }

  std::chrono::seconds step() const { return step_; }

 private:
  std::chrono::seconds step_;
  std::optional<Reading> current_;
};

}  // namespace rules

// SPDX-License-Identifier: MIT
#include "rules/thinning.h"

#include <algorithm>
#include <cmath>

namespace rules {

namespace {

using std::chrono::seconds;

// Each divides a day, so that steps begin at midnight.
constexpr seconds kSteps[] = {seconds(10),   seconds(20),   seconds(30),   seconds(60),    seconds(120),
                              seconds(180),  seconds(300),  seconds(600),  seconds(900),   seconds(1200),
                              seconds(1800), seconds(3600), seconds(7200), seconds(14400), seconds(86400)};

constexpr std::string_view kNames[] = {"cpu_percent",          "memory_percent",      "swap_percent",
                                       "disk_percent",         "temperature_celsius", "ping_ms",
                                       "received_bytes_per_s", "sent_bytes_per_s"};
static_assert(std::size(kNames) == kSeriesCount);

}  // namespace

std::string_view series_name(Series series) { return kNames[static_cast<std::size_t>(series)]; }

Spread Spread::of(std::optional<float> value) {
  if (!value || !std::isfinite(*value)) return {};
  return {.mean = *value, .min = *value, .max = *value, .count = 1};
}

void Spread::add(const Spread& other) {
  if (other.count == 0) return;
  if (count == 0) {
    *this = other;
    return;
  }
  count += other.count;
  mean += (other.mean - mean) * static_cast<float>(other.count) / static_cast<float>(count);
  min = std::min(min, other.min);
  max = std::max(max, other.max);
}

Reading reading_of(const KeptSample& sample) {
  Reading reading;
  reading.time = sample.stamp;
  reading.at(Series::kCpuPercent) = Spread::of(sample.cpu_percent);
  reading.at(Series::kMemoryPercent) = Spread::of(sample.memory_percent);
  reading.at(Series::kSwapPercent) = Spread::of(sample.swap_percent);
  reading.at(Series::kDiskPercent) = Spread::of(sample.disk_percent);
  reading.at(Series::kTemperatureCelsius) = Spread::of(sample.temperature_celsius);
  reading.at(Series::kPingMs) = Spread::of(sample.ping_ms);
  reading.at(Series::kReceivedBytesPerS) = Spread::of(sample.received_bytes_per_s);
  reading.at(Series::kSentBytesPerS) = Spread::of(sample.sent_bytes_per_s);
  return reading;
}

seconds thinning_step(seconds range, seconds interval, unsigned most) {
  // A range that does not begin with a step has one point more than it has steps.
  const auto fits = [&](seconds step) { return step >= interval && range / step + 1 <= static_cast<int>(most); };
  const auto found = std::ranges::find_if(kSteps, fits);
  return found != std::end(kSteps) ? *found : std::end(kSteps)[-1];
}

std::optional<Reading> Thinning::add(const Reading& reading) {
  const auto at = std::chrono::floor<seconds>(reading.time);
  const base::WallTime begin = at - at.time_since_epoch() % step_;
  std::optional<Reading> complete;
  if (!current_ || begin > current_->time) {
    complete = current_;
    current_.emplace();
    current_->time = begin;
  }
  for (std::size_t i = 0; i < kSeriesCount; ++i) current_->series[i].add(reading.series[i]);
  return complete;
}

}  // namespace rules

// SPDX-License-Identifier: MIT
#include "rules/interface_rate.h"

namespace rules {
namespace {

constexpr std::uint64_t kWrap = 1ULL << 32;
constexpr double kGigabitBytesPerSecond = 125e6;
constexpr double kFastestBytesPerSecond = 100e9;

double seconds(base::Duration elapsed) { return std::chrono::duration<double>(elapsed).count(); }

}  // namespace

std::optional<std::uint64_t> byte_growth(std::uint64_t before, std::uint64_t now, base::Duration elapsed) {
  const bool went_back = now < before;
  if (went_back && before >= kWrap) return std::nullopt;
  const std::uint64_t growth = went_back ? kWrap - before + now : now - before;
  const double most = (went_back ? kGigabitBytesPerSecond : kFastestBytesPerSecond) * seconds(elapsed);
  if (static_cast<double>(growth) > most) return std::nullopt;
  return growth;
}

std::optional<InterfaceSpeed> interface_speed(const InterfaceCounters& before, const InterfaceCounters& now,
                                              base::Duration elapsed) {
  if (elapsed <= base::Duration::zero()) return std::nullopt;
  if (now.received_packets < before.received_packets || now.sent_packets < before.sent_packets) return std::nullopt;
  const std::optional<std::uint64_t> received = byte_growth(before.received_bytes, now.received_bytes, elapsed);
  const std::optional<std::uint64_t> sent = byte_growth(before.sent_bytes, now.sent_bytes, elapsed);
  if (!received || !sent) return std::nullopt;
  const std::uint64_t errors = now.errors > before.errors ? now.errors - before.errors : 0;
  const auto per_second = [elapsed](std::uint64_t growth) {
    return static_cast<float>(static_cast<double>(growth) / seconds(elapsed));
  };
  return InterfaceSpeed{per_second(*received), per_second(*sent), per_second(errors)};
}

}  // namespace rules

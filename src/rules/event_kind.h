// SPDX-License-Identifier: MIT
// Every sort of thing that a person can be told of, in one table: what it is called in the database and to programs,
// who finds it, how severe it is, its title, and for a problem which kind ends it. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace rules {

enum class Severity : std::uint8_t { kInfo, kWarning, kCritical };

/// Who finds things out. Each has a key of its name in [alerts]: the channels that are told.
enum class Monitor : std::uint8_t {
  kHeartbeat,
  kConch,
  kContainers,
  kInstances,
  kServices,
  kHost,
  kNetwork,
  kSmart,
  kHealing,
  kLimpet,
};
inline constexpr std::size_t kMonitors = 10;

enum class EventKind : std::uint8_t {
  kWorkerStatus,
  kConchOrphan,
  kConchOrphanFinished,
  kConchEvicted,
  kContainersMonitorStarted,
  kContainerStarted,
  kContainerStopped,
  kContainerRestored,
  kContainerRestarting,
  kContainerMalfunction,
  kContainerUnhealthy,
  kContainersReport,
  kInstanceStarted,
  kInstanceStopped,
  kInstanceStale,
  kInstanceCrashed,
  kInstanceBack,
  kServiceFailed,
  kServiceRecovered,
  kJobFailed,
  kHostRaised,
  kHostCritical,
  kHostCleared,
  kNetworkDegraded,
  kNetworkLost,
  kNetworkRecovered,
  kSmartFailing,
  kSmartRecovered,
  kHealWouldAct,
  kHealAttempt,
  kHealGivenUp,
  kHealRecovered,
  kHealSafeMode,
  kDiskRefuses,
  kDiskAccepts,
  kDatabaseSetAside,
  kDataDamaged,
  kAlertsDropped,
  kHelperLost,
  kHelperBack,
  kBoxRebooted,
  kDigest,
  kAlertTest,
};

struct EventKindRow {
  EventKind kind;
  std::string_view name;
  Monitor monitor;
  Severity severity;
  std::string_view title;
  /// Of a problem: what tells its end. Both have the same key.
  std::optional<EventKind> ended_by = {};
  /// Of a problem: what it was in while it lasted, as in "was stopped 10:02–10:05".
  std::string_view was = {};
};

inline constexpr std::size_t kEventKinds = static_cast<std::size_t>(EventKind::kAlertTest) + 1;

const EventKindRow& row_of(EventKind kind);
/// By its name; nothing when there is none, as in a row of another version.
std::optional<EventKind> parse_event_kind(std::string_view name);

std::string_view monitor_name(Monitor monitor);
std::string_view severity_name(Severity severity);

}  // namespace rules

// SPDX-License-Identifier: MIT
#include "rules/event_kind.h"

namespace rules {
namespace {

using enum EventKind;
using enum Monitor;
using enum Severity;

constexpr std::array<EventKindRow, kEventKinds> kRows = {{
    {kWorkerStatus, "worker_status", kHeartbeat, kWarning, "🚨 Heartbeat Monitor Alert 🚨"},

    {kConchOrphan, "conch_orphan", kConch, kWarning, "🐚 Conch Monitor Alert", kConchOrphanFinished, "overdue"},
    {kConchOrphanFinished, "conch_orphan_finished", kConch, kInfo, "🐚 Conch Monitor: finished after all"},
    {kConchEvicted, "conch_evicted", kConch, kWarning, "🐚 Conch Monitor: too many commands"},

    {kContainersMonitorStarted, "containers_monitor_started", kContainers, kInfo, "🚀 Service Monitor Started"},
    {kContainerStarted, "container_started", kContainers, kInfo, "🚀 Service Started"},
    {kContainerStopped, "container_stopped", kContainers, kCritical, "🔴 Service Stopped", kContainerRestored,
     "stopped"},
    {kContainerRestored, "container_restored", kContainers, kInfo, "✅ Service Restored"},
    {kContainerRestarting, "container_restarting", kContainers, kWarning, "🔄 Service Restarting", kContainerRestored,
     "restarting"},
    {kContainerMalfunction, "container_malfunction", kContainers, kWarning, "⚠️ Service Malfunction Detected"},
    {kContainerUnhealthy, "container_unhealthy", kContainers, kWarning, "🏥 Service Unhealthy"},
    {kContainersReport, "containers_report", kContainers, kInfo, "📊 Service Status Report"},

    {kInstanceStarted, "instance_started", kInstances, kInfo, "🟢 Instance Started"},
    {kInstanceStopped, "instance_stopped", kInstances, kWarning, "🟡 Instance Stopped"},
    {kInstanceStale, "instance_stale", kInstances, kWarning, "⚠️ Instance Stale", kInstanceBack, "silent"},
    {kInstanceCrashed, "instance_crashed", kInstances, kCritical, "🔴 Instance Crashed", kInstanceBack, "crashed"},
    {kInstanceBack, "instance_back", kInstances, kInfo, "🟢 Instance Back"},

    {kServiceFailed, "service_failed", kServices, kCritical, "🔴 Service Failed", kServiceRecovered, "down"},
    {kServiceRecovered, "service_recovered", kServices, kInfo, "✅ Service Recovered"},
    {kJobFailed, "job_failed", kServices, kWarning, "⚠️ Job Failed"},

    {kHostRaised, "host_raised", kHost, kWarning, "⚠️ Host Warning", kHostCleared, "over its limit"},
    {kHostCritical, "host_critical", kHost, kCritical, "🔴 Host Critical", kHostCleared, "critical"},
    {kHostCleared, "host_cleared", kHost, kInfo, "✅ Host Back to Normal"},

    {kNetworkDegraded, "network_degraded", kNetwork, kWarning, "⚠️ Network Degraded", kNetworkRecovered,
     "degraded"},
    {kNetworkLost, "network_lost", kNetwork, kCritical, "🔴 Network Lost", kNetworkRecovered, "lost"},
    {kNetworkRecovered, "network_recovered", kNetwork, kInfo, "✅ Network Recovered"},

    {kSmartFailing, "smart_failing", kSmart, kCritical, "💽 Disk Failing", kSmartRecovered, "failing"},
    {kSmartRecovered, "smart_recovered", kSmart, kInfo, "✅ Disk Passes Again"},

    {kHealWouldAct, "heal_would_act", kHealing, kInfo, "🩹 Healing: would act"},
    {kHealAttempt, "heal_attempt", kHealing, kWarning, "🩹 Healing: attempt", kHealRecovered, "being repaired"},
    {kHealGivenUp, "heal_given_up", kHealing, kCritical, "🔴 Healing: given up", kHealRecovered, "given up"},
    {kHealRecovered, "heal_recovered", kHealing, kInfo, "✅ Healing: recovered"},
    {kHealSafeMode, "heal_safe_mode", kHealing, kCritical, "🔴 Healing: safe mode"},

    {kDiskRefuses, "disk_refuses", kLimpet, kCritical, "🔴 Limpet Cannot Store", kDiskAccepts, "refused"},
    {kDiskAccepts, "disk_accepts", kLimpet, kInfo, "✅ Limpet Stores Again"},
    {kDatabaseSetAside, "database_set_aside", kLimpet, kWarning, "⚠️ Limpet Database Damaged"},
    {kDataDamaged, "data_damaged", kLimpet, kWarning, "⚠️ Limpet Data Damaged"},
    {kAlertsDropped, "alerts_dropped", kLimpet, kWarning, "⚠️ Limpet Alerts Dropped"},
    {kHelperLost, "helper_lost", kLimpet, kCritical, "🔴 Limpet Lost Its Root Helper", kHelperBack, "away"},
    {kHelperBack, "helper_back", kLimpet, kInfo, "✅ Limpet Has Its Root Helper Again"},
    {kBoxRebooted, "box_rebooted", kLimpet, kWarning, "🔁 Box Rebooted"},
    {kDigest, "digest", kLimpet, kInfo, "📬 Alerts that could not be sent before"},
    {kAlertTest, "alert_test", kLimpet, kInfo, "🔔 Limpet Test Alert"},
}};

consteval bool in_order() {
  for (std::size_t i = 0; i < kRows.size(); ++i) {
    if (static_cast<std::size_t>(kRows[i].kind) != i) return false;
  }
  return true;
}
static_assert(in_order(), "the rows stand in the order of EventKind");

constexpr std::array<std::string_view, kMonitors> kMonitorNames = {
    "heartbeat", "conch", "containers", "instances", "services", "host", "network", "smart", "healing", "limpet"};

}  // namespace

const EventKindRow& row_of(EventKind kind) { return kRows[static_cast<std::size_t>(kind)]; }

std::optional<EventKind> parse_event_kind(std::string_view name) {
  for (const EventKindRow& row : kRows) {
    if (row.name == name) return row.kind;
  }
  return std::nullopt;
}

std::string_view monitor_name(Monitor monitor) { return kMonitorNames[static_cast<std::size_t>(monitor)]; }

std::string_view severity_name(Severity severity) {
  constexpr std::array<std::string_view, 3> kNames = {"info", "warning", "critical"};
  return kNames[static_cast<std::size_t>(severity)];
}

}  // namespace rules

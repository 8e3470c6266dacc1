// SPDX-License-Identifier: MIT
#include "app/alerts.h"

#include "base/log.h"
#include "notify/registry.h"

namespace app {
namespace {

config::ChannelSet route_of(rules::Monitor monitor, const config::Settings& settings) {
  switch (monitor) {
    case rules::Monitor::kHeartbeat:
      return settings.heartbeat_route;
    case rules::Monitor::kConch:
      return settings.conch_route;
    case rules::Monitor::kContainers:
      return settings.containers_route;
    case rules::Monitor::kInstances:
      return settings.instances_route;
    case rules::Monitor::kServices:
      return settings.services_route;
    case rules::Monitor::kHost:
      return settings.host_route;
    case rules::Monitor::kNetwork:
      return settings.network_route;
    case rules::Monitor::kSmart:
      return settings.smart_route;
    case rules::Monitor::kHealing:
      return settings.healing_route;
    case rules::Monitor::kLimpet:
      break;
  }
  return settings.limpet_route;
}

}  // namespace

void Alerts::raise(const rules::Event& event) {
  const notify::Recipients recipients = notify::recipients(route_of(event.monitor, settings_), settings_);
  if (recipients.count == 0) base::log::info("Nobody is told, as no channel is set up: %s", event.title.c_str());
  outbox_.add(event, recipients.span());
}

}  // namespace app

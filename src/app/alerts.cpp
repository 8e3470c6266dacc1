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

// n8n is a workflow's, and the last to be asked.
const notify::Channel* other_channel(const notify::Channel& than, const config::Settings& settings) {
  const notify::Channel* found = nullptr;
  for (const notify::Channel* channel : notify::registry()) {
    if (channel == &than || !channel->configured(settings)) continue;
    if (found == nullptr || !found->folds) found = channel;
  }
  return found;
}

}  // namespace

void Alerts::raise(const rules::Event& event) {
  const notify::Recipients recipients = notify::recipients(route_of(event.monitor, settings_), settings_);
  if (recipients.count == 0) base::log::info("Nobody is told, as no channel is set up: %s", event.title.c_str());
  outbox_.add(event, recipients.span());
}

void Alerts::on_undelivered(const notify::Undelivered& undelivered) {
  const notify::Channel* const other = other_channel(undelivered.channel, settings_);
  if (other == nullptr) return;
  rules::Event event = undelivered.event;
  event.text.clear();
  event.text.append(undelivered.channel.name()).append(" did not take this (").append(undelivered.problem);
  event.text.append("):\n\n").append(undelivered.event.text);
  outbox_.reroute(event, other->name(), undelivered.channel.name(), undelivered.open);
}

}  // namespace app

// SPDX-License-Identifier: MIT
#include "notify/registry.h"

#include "notify/n8n.h"
#include "notify/pushover.h"
#include "notify/slack.h"
#include "notify/telegram.h"
#include "notify/webhook.h"

namespace notify {
namespace {

constexpr std::array<const Channel*, kChannels> kRegistry = {
    &kN8n, &kPushover, &kTelegram, &kSlack, &kWebhook,
};

}  // namespace

const std::array<const Channel*, kChannels>& registry() { return kRegistry; }

Recipients recipients(config::ChannelSet route, const config::Settings& settings) {
  Recipients in_route;
  Recipients all;
  for (const Channel* channel : kRegistry) {
    if (!channel->configured(settings)) continue;
    all.names[all.count++] = channel->name();
    if (route.has(channel->id)) in_route.names[in_route.count++] = channel->name();
  }
  return in_route.count > 0 ? in_route : all;
}

}  // namespace notify

// SPDX-License-Identifier: MIT
// The channel Slack: an incoming webhook. Source: https://api.slack.com/messaging/webhooks
#pragma once

#include "notify/channel.h"

namespace notify {

extern const Channel kSlack;

}  // namespace notify

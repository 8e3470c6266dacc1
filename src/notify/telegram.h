// SPDX-License-Identifier: MIT
// The channel Telegram: a bot's messages to a chat. Source: https://core.telegram.org/bots/api#sendmessage
#pragma once

#include "notify/channel.h"

namespace notify {

extern const Channel kTelegram;

}  // namespace notify

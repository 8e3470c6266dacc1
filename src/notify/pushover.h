// SPDX-License-Identifier: MIT
// The channel Pushover: messages to phones. Source: https://pushover.net/api
#pragma once

#include "notify/channel.h"

namespace notify {

extern const Channel kPushover;

}  // namespace notify

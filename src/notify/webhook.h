// SPDX-License-Identifier: MIT
// The channel webhook: any address that takes JSON, signed so that it can tell who sent it.
#pragma once

#include "notify/channel.h"

namespace notify {

extern const Channel kWebhook;

}  // namespace notify

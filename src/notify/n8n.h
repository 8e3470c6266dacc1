// SPDX-License-Identifier: MIT
// The channel n8n: a webhook of an n8n near by, told as it happens; nothing is ever folded or put together there.
#pragma once

#include "notify/channel.h"

namespace notify {

extern const Channel kN8n;

}  // namespace notify

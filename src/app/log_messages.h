// SPDX-License-Identifier: MIT
// What is to be said about a configuration, in the log.
#pragma once

#include <span>

#include "config/message.h"

namespace app {

void log_messages(std::span<const config::Message> messages);

}  // namespace app

// SPDX-License-Identifier: MIT
// A message that the MQTT broker delivered, as it is handed to whoever asked for its topic. It
// borrows everything: the views hold during the call that hands it over and no longer.
#pragma once

#include <string_view>

#include "base/time.h"

namespace rules {

/// One PUBLISH as it arrived. Nothing in it can be trusted: anyone who may publish to the broker wrote it.
struct MqttMessage {
  /// The whole topic, prefix included: "conch/start".
  std::string_view topic;
  /// The payload, at most limits::kMqttPayloadBytes; any bytes, not necessarily text or JSON.
  std::string_view payload;
  /// When it was read from the connection, on the clock that decisions use.
  base::SteadyTime arrived;
};

}  // namespace rules

// SPDX-License-Identifier: MIT
// Why a broker refuses a client or ends its connection, as a sentence for a person who runs the box, not the broker.
// Pure. Sources: MQTT 3.1.1 section 3.2.2.3, MQTT 5.0 section 2.4.
#pragma once

#include <cstdint>
#include <string_view>

namespace rules {

/// Continues "the broker ". The codes of both versions: they share none with different meanings but 0 and those of
/// success.
std::string_view describe_mqtt_reason(std::uint8_t code);

/// The broker does not speak the version that it was spoken to in; another may do.
bool is_mqtt_version_refusal(std::uint8_t code);

}  // namespace rules

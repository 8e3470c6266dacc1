// SPDX-License-Identifier: MIT
// A JSON file of one of the programs that Limpet replaces, as the variables that the same program took from its
// environment. Keeps nothing, opens nothing.
#pragma once

#include <expected>
#include <string_view>

#include "config/loader.h"
#include "lib/json.h"

namespace app {

/// Tells `loader`, whose source has begun, what `text` says:
/// - Conch Monitor's config.json and secrets.json, and other objects: {"mqtt_username": …} is MQTT_USERNAME, and so is
///   {"mqtt": {"username": …}}.
/// - Smart-Monitor's approved_services.json, a list of names or {"allow": [{"host": …, "service": …}]}: what of it is
///   for this box, `host_name`, is LIMPET_SYSTEMD_RESTART; a host * stands for every box.
std::expected<void, lib::JsonMistake> parse_older_json(std::string_view text, std::string_view host_name,
                                                       config::Loader& loader);

}  // namespace app

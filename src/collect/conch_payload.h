// SPDX-License-Identifier: MIT
// A conch payload as a message. Anyone who may publish can have written it: it is taken only when it is whole and of
// the right types. Reads nothing itself.
#pragma once

#include <expected>
#include <string_view>

#include "lib/json.h"
#include "rules/conch_message.h"

namespace collect {

/// The message, which borrows from `reader` until it reads again; or why it is none, a string literal to go on after
/// "it": "is not JSON", "has no command".
///
/// Needed are command and client_id, and of a start its timestamp: an ending is taken also without, for the command
/// would else be told as orphaned. Of what is there each must be of its type; null is as if it were not there. What
/// else there is counts for nothing.
std::expected<rules::ConchMessage, std::string_view> parse_conch_payload(rules::ConchTopic topic,
                                                                         std::string_view payload,
                                                                         lib::JsonReader& reader);

}  // namespace collect

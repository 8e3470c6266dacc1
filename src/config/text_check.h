// SPDX-License-Identifier: MIT
// What the text of a key may be, beyond being text: the rules that Check names, in a person's words and as they are
// applied, and what somebody who broke one may have meant. Pure.
#pragma once

#include <string>
#include <string_view>

#include "config/row.h"

namespace config {

/// "a path that begins with /": for "… is wanted here".
std::string expected_text(Check check);

bool accepts_text(Check check, std::string_view text);

/// A text that accepts_text() takes and that `text`, which it does not, may stand for; empty: none comes to mind.
std::string suggest_text(Check check, std::string_view text);

}  // namespace config

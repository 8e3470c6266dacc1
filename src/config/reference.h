// SPDX-License-Identifier: MIT
// The table for people: the annotated default file, and what is in force. Pure text.
#pragma once

#include <span>
#include <string>

#include "config/loaded.h"

namespace config {

/// A whole INI file: every key with its help, what it takes and its default, commented out. Valid as it is, and with
/// every key's comment mark taken away. rootfs/etc/limpet.ini is this text.
std::string default_file(std::span<const Row> rows);

/// One line a key: "heartbeat.interval = 10s", and in a column beside it where that comes from. Secrets are "set" or
/// "unset".
std::string effective_text(const Loaded& loaded);

}  // namespace config

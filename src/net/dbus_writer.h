// SPDX-License-Identifier: MIT
// Writes the calls that Limpet makes over D-Bus (D-Bus Specification, "Message Format"): in the order of this machine's
// bytes, with strings as arguments, which is all that they have.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/text_writer.h"

namespace net {

struct DBusCall {
  std::string_view destination;
  std::string_view path;
  std::string_view interface;
  std::string_view member;
  std::span<const std::string_view> arguments = {};  // strings
};

/// Appends the call with this serial, which is not 0. What does not fit overflows the writer.
void write_dbus_call(const DBusCall& call, std::uint32_t serial, base::TextWriter& out);

}  // namespace net

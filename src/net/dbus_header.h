// SPDX-License-Identifier: MIT
// The header of a D-Bus message (D-Bus Specification, "Message Format"): what kind it is, what it answers, who says
// what about whom. Copies what it keeps; a name that is longer than the specification allows is no D-Bus.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/fixed_string.h"

namespace net {

struct DBusHeader {
  enum class Type : std::uint8_t { kCall = 1, kReply = 2, kError = 3, kSignal = 4 };

  Type type{};
  bool big_endian = false;
  std::uint32_t body_bytes = 0;
  std::uint32_t serial = 0;
  std::uint32_t reply_serial = 0;  // of the call that this answers; 0: none
  base::FixedString<255> path;
  base::FixedString<255> interface;
  base::FixedString<255> member;
  base::FixedString<255> error_name;
  base::FixedString<255> sender;
  base::FixedString<255> signature;  // of the body; empty: there is none

  bool is_signal(std::string_view of_interface, std::string_view named) const {
    return type == Type::kSignal && interface == of_interface && member == named;
  }
};

/// Bytes of every header before its fields.
inline constexpr std::size_t kDBusFixedHeader = 16;

/// How long the header whose first kDBusFixedHeader bytes these are is, with the padding behind it. 0: this is no
/// D-Bus.
std::size_t dbus_header_size(std::string_view fixed);

/// Reads a whole header, dbus_header_size() bytes. False: this is no D-Bus.
bool parse_dbus_header(std::string_view bytes, DBusHeader& header);

}  // namespace net

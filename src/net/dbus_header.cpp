// SPDX-License-Identifier: MIT
#include "net/dbus_header.h"

#include "net/dbus_reader.h"

namespace net {

namespace {

constexpr std::size_t kLongestMessage = 1U << 27U;  // by the specification

bool copy(std::string_view text, base::FixedString<255>& into) {
  into = base::FixedString<255>(text);
  return !into.truncated();
}

// One of the fields: (yv), its code and its value.
bool read_field(DBusReader& fields, DBusHeader& header) {
  fields.align(8);
  const std::uint8_t code = fields.byte();
  const std::string_view type = fields.signature();
  if (!fields.good()) return false;
  const auto text = [&](base::FixedString<255>& into) {
    return (type == "s" || type == "o") && copy(fields.string(), into) && fields.good();
  };
  switch (code) {
    case 1:
      return text(header.path);
    case 2:
      return text(header.interface);
    case 3:
      return text(header.member);
    case 4:
      return text(header.error_name);
    case 5:
      header.reply_serial = type == "u" ? fields.uint32() : 0;
      return header.reply_serial != 0;
    case 7:
      return text(header.sender);
    case 8:
      return type == "g" && copy(fields.signature(), header.signature) && fields.good();
    default:  // the destination, which is us, and whatever is added one day
      if (dbus_complete_type(type) != type.size()) return false;
      fields.skip(type);
      return fields.good();
  }
}

bool has_what_its_type_needs(const DBusHeader& header) {
  switch (header.type) {
    case DBusHeader::Type::kCall:
      return !header.path.empty() && !header.member.empty();
    case DBusHeader::Type::kSignal:
      return !header.path.empty() && !header.member.empty() && !header.interface.empty();
    case DBusHeader::Type::kReply:
      return header.reply_serial != 0;
    case DBusHeader::Type::kError:
      return header.reply_serial != 0 && !header.error_name.empty();
  }
  return true;  // another type: to be passed over
}

}  // namespace

std::size_t dbus_header_size(std::string_view fixed) {
  if (fixed.size() < kDBusFixedHeader || (fixed[0] != 'l' && fixed[0] != 'B') || fixed[1] == 0 || fixed[3] != 1)
    return 0;
  DBusReader reader(fixed, 0, fixed[0] == 'B');
  reader.uint32();
  const std::size_t body = reader.uint32();
  const std::uint32_t serial = reader.uint32();
  const std::size_t fields = reader.uint32();
  if (serial == 0 || body > kLongestMessage || fields > kLongestMessage) return 0;
  return (kDBusFixedHeader + fields + 7) / 8 * 8;
}

bool parse_dbus_header(std::string_view bytes, DBusHeader& header) {
  if (dbus_header_size(bytes) != bytes.size()) return false;
  header = {};
  header.type = DBusHeader::Type{static_cast<std::uint8_t>(bytes[1])};
  header.big_endian = bytes[0] == 'B';
  DBusReader reader(bytes, 0, header.big_endian);
  reader.uint32();
  header.body_bytes = reader.uint32();
  header.serial = reader.uint32();
  DBusReader fields = reader.array('(');
  while (fields.good() && !fields.at_end()) {
    if (!read_field(fields, header)) return false;
  }
  return fields.good() && reader.good() && has_what_its_type_needs(header);
}

}  // namespace net

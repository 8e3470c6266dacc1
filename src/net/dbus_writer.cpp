// SPDX-License-Identifier: MIT
#include "net/dbus_writer.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace net {

namespace {

constexpr std::uint8_t kCall = 1;
constexpr std::uint8_t kVersion = 1;

// Values into a part of a message whose alignment counts from `begin`.
class Part {
 public:
  explicit Part(base::TextWriter& out) : out_(out), begin_(out.size()) {}

  std::size_t size() const { return out_.size() - begin_; }

  void align(std::size_t alignment) {
    static constexpr char kZeros[8] = {};
    out_.append({kZeros, (alignment - size() % alignment) % alignment});
  }
  void byte(std::uint8_t value) {
    const char c = static_cast<char>(value);
    out_.append({&c, 1});
  }
  void uint32(std::uint32_t value) {
    align(4);
    char bytes[sizeof value];
    std::memcpy(bytes, &value, sizeof value);
    out_.append({bytes, sizeof bytes});
  }
  void string(std::string_view text) {
    uint32(static_cast<std::uint32_t>(text.size()));
    out_.append(text);
    byte(0);
  }
  void signature(std::string_view text) {
    byte(static_cast<std::uint8_t>(text.size()));
    out_.append(text);
    byte(0);
  }
  void field(std::uint8_t code, std::string_view type, std::string_view value) {
    align(8);
    byte(code);
    signature(type);
    type == "g" ? signature(value) : string(value);
  }

 private:
  base::TextWriter& out_;
  std::size_t begin_;
};

// Bytes that Part::string() adds behind `size` others.
std::size_t string_end(std::size_t size, std::string_view text) { return (size + 3) / 4 * 4 + 4 + text.size() + 1; }

std::size_t field_end(std::size_t size, std::string_view value) { return string_end((size + 7) / 8 * 8 + 4, value); }

}  // namespace

// The lengths stand before what they measure, so they are counted first.
void write_dbus_call(const DBusCall& call, std::uint32_t serial, base::TextWriter& out) {
  std::size_t body_bytes = 0;
  for (const std::string_view argument : call.arguments) body_bytes = string_end(body_bytes, argument);
  std::size_t fields_bytes = 0;
  for (const std::string_view value : {call.path, call.interface, call.member, call.destination}) {
    fields_bytes = field_end(fields_bytes, value);
  }
  char signature[8] = {};
  const std::string_view types(signature, std::min(call.arguments.size(), sizeof signature));
  std::memset(signature, 's', types.size());
  if (!types.empty()) fields_bytes = (fields_bytes + 7) / 8 * 8 + 4 + 1 + types.size() + 1;

  Part header(out);
  header.byte(std::endian::native == std::endian::little ? 'l' : 'B');
  header.byte(kCall);
  header.byte(0);
  header.byte(kVersion);
  header.uint32(static_cast<std::uint32_t>(body_bytes));
  header.uint32(serial);
  header.uint32(static_cast<std::uint32_t>(fields_bytes));
  header.field(1, "o", call.path);
  header.field(2, "s", call.interface);
  header.field(3, "s", call.member);
  header.field(6, "s", call.destination);
  if (!types.empty()) header.field(8, "g", types);
  header.align(8);
  Part body(out);
  for (const std::string_view argument : call.arguments) body.string(argument);
}

}  // namespace net

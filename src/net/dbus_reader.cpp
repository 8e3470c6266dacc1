// SPDX-License-Identifier: MIT
#include "net/dbus_reader.h"

#include <algorithm>

namespace net {

namespace {

constexpr std::size_t kLongestArray = 1U << 26U;  // by the specification
constexpr std::size_t kLongestString = 1U << 26U;

// Where a struct's or dictionary entry's own bracket closes; 0 when it does not.
std::size_t closing(std::string_view signature) {
  unsigned depth = 0;
  for (std::size_t i = 0; i < signature.size(); ++i) {
    const char c = signature[i];
    if (c == '(' || c == '{') ++depth;
    if ((c == ')' || c == '}') && --depth == 0) return i;
  }
  return 0;
}

}  // namespace

std::size_t dbus_alignment(char type) {
  switch (type) {
    case 'y':
    case 'g':
    case 'v':
      return 1;
    case 'n':
    case 'q':
      return 2;
    case 'b':
    case 'i':
    case 'u':
    case 'h':
    case 's':
    case 'o':
    case 'a':
      return 4;
    case 'x':
    case 't':
    case 'd':
    case '(':
    case '{':
      return 8;
    default:
      return 0;
  }
}

std::size_t dbus_complete_type(std::string_view signature) {
  const std::size_t arrays = std::min(signature.find_first_not_of('a'), signature.size());
  const std::string_view element = signature.substr(arrays);
  if (element.empty() || dbus_alignment(element.front()) == 0) return 0;
  if (element.front() != '(' && element.front() != '{') return arrays + 1;
  const std::size_t last = closing(element);
  return last == 0 ? 0 : arrays + last + 1;
}

void DBusReader::fail(State state) {
  if (state_ == State::kGood) state_ = state;
}

const char* DBusReader::take(std::size_t size) {
  if (!good()) return nullptr;
  if (bytes_.size() - used_ < size) {
    fail(State::kMore);
    return nullptr;
  }
  const char* const place = bytes_.data() + used_;
  used_ += size;
  return place;
}

void DBusReader::align(std::size_t alignment) {
  if (alignment == 0) return fail(State::kBroken);
  take((alignment - (offset_ + used_) % alignment) % alignment);
}

std::uint8_t DBusReader::byte() {
  const char* const place = take(1);
  return place == nullptr ? 0 : static_cast<std::uint8_t>(*place);
}

std::uint32_t DBusReader::uint32() {
  align(4);
  const char* const place = take(4);
  std::uint32_t value = 0;
  for (unsigned i = 0; place != nullptr && i < 4; ++i) {
    value = value << 8U | static_cast<unsigned char>(place[big_endian_ ? i : 3 - i]);
  }
  return value;
}

std::uint64_t DBusReader::uint64() {
  align(8);
  const std::uint64_t first = uint32();
  const std::uint64_t second = uint32();
  if (!good()) return 0;
  return big_endian_ ? first << 32U | second : second << 32U | first;
}

bool DBusReader::boolean() {
  const std::uint32_t value = uint32();
  if (value > 1) fail(State::kBroken);
  return value == 1;
}

std::string_view DBusReader::string() {
  const std::size_t length = uint32();
  if (length > kLongestString) fail(State::kBroken);
  const char* const place = take(length + 1);
  if (place == nullptr) return {};
  const std::string_view text(place, length);
  if (place[length] == '\0' && text.find('\0') == std::string_view::npos) return text;
  fail(State::kBroken);
  return {};
}

std::string_view DBusReader::signature() {
  const std::size_t length = byte();
  const char* const place = take(length + 1);
  if (place == nullptr) return {};
  if (place[length] == '\0') return {place, length};
  fail(State::kBroken);
  return {};
}

DBusReader DBusReader::array(char element_type) {
  const std::size_t length = uint32();
  if (length > kLongestArray) fail(State::kBroken);
  align(dbus_alignment(element_type));
  const std::size_t begin = offset_ + used_;
  const char* const place = take(length);
  DBusReader elements(place == nullptr ? std::string_view() : std::string_view(place, length), begin, big_endian_);
  elements.state_ = state_;
  return elements;
}

void DBusReader::skip(std::string_view type) { skip_value(type, 0); }

void DBusReader::skip_value(std::string_view type, unsigned depth) {
  if (!good()) return;
  if (depth > kDeepest || type.empty()) return fail(State::kBroken);
  const char first = type.front();
  const std::size_t alignment = dbus_alignment(first);
  switch (first) {
    case 's':
    case 'o':
      string();
      return;
    case 'g':
      signature();
      return;
    case 'a':
      // Its length is said, so what is in it need not be looked at.
      if (dbus_complete_type(type) != type.size()) return fail(State::kBroken);
      array(type[1]);
      return;
    case 'v':
      return skip_variant(depth);
    case '(':
    case '{':
      align(alignment);
      if (closing(type) != type.size() - 1) return fail(State::kBroken);
      return skip_struct(type.substr(1, type.size() - 2), depth);
    default:
      align(alignment);
      take(alignment);
  }
}

void DBusReader::skip_struct(std::string_view members, unsigned depth) {
  if (members.empty()) return fail(State::kBroken);
  while (good() && !members.empty()) {
    const std::size_t size = dbus_complete_type(members);
    if (size == 0) return fail(State::kBroken);
    skip_value(members.substr(0, size), depth + 1);
    members.remove_prefix(size);
  }
}

void DBusReader::skip_variant(unsigned depth) {
  const std::string_view type = signature();
  if (!good()) return;
  if (dbus_complete_type(type) != type.size()) return fail(State::kBroken);
  skip_value(type, depth + 1);
}

}  // namespace net

// SPDX-License-Identifier: MIT
// One JSON text (RFC 8259) as values to read: the wrapper over cJSON, strict where cJSON is not. Allocates within
// memory of the caller's only, which the next text uses again; a text that needs more, or nests deeper than 32, is
// refused. Never writes JSON: that is base/json_string.h and a TextWriter.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string_view>

struct cJSON;

namespace lib {

/// Of cJSON.
std::string_view json_version();

/// Levels of objects and arrays; the outermost is the first.
inline constexpr unsigned kJsonDeepest = 32;

enum class JsonMistake : std::uint8_t {
  kNotJson,       // also an empty text, and a text with something behind its value
  kNotUtf8,       // bytes that are no UTF-8, or an escaped surrogate without its other half
  kNulCharacter,  // in a string, also when escaped: the one character that is allowed and cannot be kept
  kTooDeep,
  kTooLarge,  // for the memory that the reader has
};

/// What is wrong with such a text, to go on after "it": "is not JSON".
std::string_view describe(JsonMistake mistake);

/// A value inside a text that was read, or none at all (absent). Copied freely; lives until its reader reads again.
class JsonValue {
 public:
  enum class Kind : std::uint8_t { kAbsent, kNull, kBoolean, kNumber, kString, kArray, kObject };

  JsonValue() = default;

  Kind kind() const;
  /// There is a value; it may be null.
  explicit operator bool() const { return node_ != nullptr; }

  // The value, if it is of that kind.
  std::optional<bool> boolean() const;
  std::optional<double> number() const;  // finite
  /// A number without a fraction that a double holds exactly (up to 2^53).
  std::optional<std::int64_t> integer() const;
  std::optional<std::string_view> string() const;  // with a NUL behind it

  /// The member of an object with this name, in its very case; of several the last, as Python, Go and browsers have
  /// it. Absent when there is none, or when this is no object.
  JsonValue member(std::string_view name) const;
  /// The first element of an array or member of an object, and the one after this; absent behind the last.
  JsonValue first() const;
  JsonValue next() const;
  /// Of a member of an object; empty for an element.
  std::string_view name() const;

 private:
  friend class JsonReader;
  explicit JsonValue(const cJSON* node) : node_(node) {}

  const cJSON* node_ = nullptr;
};

class JsonReader {
 public:
  /// `memory` is borrowed: 64 bytes for each value and the text of its strings and names.
  explicit JsonReader(std::span<std::byte> memory) : memory_(memory) {}

  /// What the text says. The values of the text before are gone.
  std::expected<JsonValue, JsonMistake> read(std::string_view text);

 private:
  std::span<std::byte> memory_;
};

}  // namespace lib

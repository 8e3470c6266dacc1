// SPDX-License-Identifier: MIT
// How many elements a JSON array has, counted while its text (RFC 8259) streams by in pieces of any size. The whole
// grammar is checked, so that text which is broken, cut or no array never gives a number. Holds no text, never
// allocates; strings are not checked for being UTF-8.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace rules {

class JsonArrayCount {
 public:
  static constexpr unsigned kMaxDepth = 64;  // the outer array is the first level

  /// Takes the next piece. False from the first byte on that cannot belong to a JSON array.
  bool feed(std::string_view piece);

  /// The number of elements, once the outer array has been closed and nothing but blanks came after it.
  std::optional<std::uint32_t> count() const;

 private:
  enum class State : std::uint8_t {
    kStart,          // before the outer array
    kValue,          // a value must come
    kValueOrEnd,     // just after '[': a value or ']'
    kKey,            // a key must come
    kKeyOrEnd,       // just after '{': a key or '}'
    kColon,          // after a key
    kAfterValue,     // ',' or the end of what is open
    kString,         // inside a string, also a key
    kEscape,         // after a backslash
    kHex,            // inside \uXXXX
    kLiteral,        // inside true, false, null
    kMinus,          // after the '-' of a number
    kZero,           // after a leading 0, which no digit follows
    kInteger,        // inside the digits before the point
    kPoint,          // after the point: a digit must come
    kFraction,       // inside the digits after the point
    kExponentBegin,  // after e or E: a sign or a digit must come
    kExponentSign,   // after its sign: a digit must come
    kExponent,       // inside its digits
    kDone,           // the outer array is closed
    kFailed,
  };

  State next(char c);
  State next_value(char c);
  State next_in_string(char c);
  State next_in_number(char c);
  State next_after_value(char c);
  State open(bool object);
  State close(bool object);
  State begin_string(bool key);
  State begin_literal(std::string_view rest);
  bool in_object() const { return (objects_ >> (depth_ - 1) & 1U) != 0; }

  State state_ = State::kStart;
  bool string_is_key_ = false;
  std::uint8_t hex_left_ = 0;
  std::uint8_t depth_ = 0;
  std::uint64_t objects_ = 0;      // one bit a level: it is an object
  std::string_view literal_rest_;  // of the program's own text
  std::uint32_t count_ = 0;
};

}  // namespace rules

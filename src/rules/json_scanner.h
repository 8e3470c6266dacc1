// SPDX-License-Identifier: MIT
// JSON text (RFC 8259) a byte at a time, while it streams by in pieces of any size: checks the whole grammar and says
// what each byte belongs to. Holds no text, never allocates; strings are not checked for being UTF-8.
#pragma once

#include <cstdint>
#include <string_view>

namespace rules {

class JsonScanner {
 public:
  static constexpr unsigned kMaxDepth = 32;  // the outermost array or object is the first level

  /// What a byte is part of.
  enum class Token : std::uint8_t {
    kFailed,     // it cannot belong to JSON; so does everything after it
    kBlank,      // outside of strings
    kOpen,       // [ or {
    kClose,      // ] or }
    kSeparator,  // , or :
    kKey,        // a key, its quotes included
    kValue,      // a string, its quotes included, a number, or a word
  };
  Token next(char c);

  /// Arrays and objects that are open, after the last byte.
  unsigned depth() const { return depth_; }
  /// Nothing began yet, or what began has ended.
  bool between() const { return state_ == State::kStart || state_ == State::kDone; }
  bool done() const { return state_ == State::kDone; }

  /// `sequence`: one array or object may follow another, as newline-delimited JSON has it; else only blanks may.
  explicit JsonScanner(bool sequence = false) : sequence_(sequence) {}

 private:
  enum class State : std::uint8_t {
    kStart,          // before the outermost array or object
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
    kDone,           // the outermost one is closed
    kFailed,
  };

  static bool in_string(State state);

  State step(char c);
  State step_outside(char c);
  State step_value(char c);
  State step_in_string(char c);
  State step_in_number(char c);
  State step_after_value(char c);
  State open(bool object);
  State close(bool object);
  State begin_string(bool key);
  State begin_literal(std::string_view rest);
  bool in_object() const { return (objects_ >> (depth_ - 1) & 1U) != 0; }

  State state_ = State::kStart;
  bool sequence_;
  bool string_is_key_ = false;
  std::uint8_t hex_left_ = 0;
  std::uint8_t depth_ = 0;
  std::uint32_t objects_ = 0;      // one bit a level: it is an object
  std::string_view literal_rest_;  // of the program's own text
};

}  // namespace rules

// SPDX-License-Identifier: MIT
#include "rules/json_array_count.h"

#include <algorithm>

namespace rules {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

}  // namespace

bool JsonArrayCount::feed(std::string_view piece) {
  for (const char c : piece) {
    if (state_ == State::kFailed) break;
    state_ = next(c);
  }
  return state_ != State::kFailed;
}

std::optional<std::uint32_t> JsonArrayCount::count() const {
  if (state_ != State::kDone) return std::nullopt;
  return count_;
}

JsonArrayCount::State JsonArrayCount::next(char c) {
  switch (state_) {
    case State::kStart:
      return is_blank(c) ? State::kStart : c == '[' ? open(false) : State::kFailed;
    case State::kValueOrEnd:
      return c == ']' ? close(false) : next_value(c);
    case State::kValue:
      return next_value(c);
    case State::kKeyOrEnd:
      if (c == '}') return close(true);
      [[fallthrough]];
    case State::kKey:
      return is_blank(c) ? state_ : c == '"' ? begin_string(true) : State::kFailed;
    case State::kColon:
      return is_blank(c) ? State::kColon : c == ':' ? State::kValue : State::kFailed;
    case State::kAfterValue:
      return next_after_value(c);
    case State::kString:
    case State::kEscape:
    case State::kHex:
      return next_in_string(c);
    case State::kLiteral:
      if (c != literal_rest_.front()) return State::kFailed;
      literal_rest_.remove_prefix(1);
      return literal_rest_.empty() ? State::kAfterValue : State::kLiteral;
    case State::kDone:
      return is_blank(c) ? State::kDone : State::kFailed;
    case State::kFailed:
      return State::kFailed;
    default:
      return next_in_number(c);
  }
}

JsonArrayCount::State JsonArrayCount::next_value(char c) {
  if (is_blank(c)) return state_;
  if (depth_ == 1) ++count_;
  switch (c) {
    case '[':
      return open(false);
    case '{':
      return open(true);
    case '"':
      return begin_string(false);
    case 't':
      return begin_literal("rue");
    case 'f':
      return begin_literal("alse");
    case 'n':
      return begin_literal("ull");
    case '-':
      return State::kMinus;
    case '0':
      return State::kZero;
    default:
      return is_digit(c) ? State::kInteger : State::kFailed;
  }
}

JsonArrayCount::State JsonArrayCount::next_in_string(char c) {
  if (state_ == State::kHex) {
    if (!is_hex(c)) return State::kFailed;
    return --hex_left_ > 0 ? State::kHex : State::kString;
  }
  if (state_ == State::kEscape) {
    if (c == 'u') {
      hex_left_ = 4;
      return State::kHex;
    }
    return std::string_view("\"\\/bfnrt").contains(c) ? State::kString : State::kFailed;
  }
  if (c == '\\') return State::kEscape;
  if (c == '"') return string_is_key_ ? State::kColon : State::kAfterValue;
  return static_cast<unsigned char>(c) < 0x20 ? State::kFailed : State::kString;
}

// A number has no end of its own: what does not belong to it is looked at as what comes after a value.
JsonArrayCount::State JsonArrayCount::next_in_number(char c) {
  const bool digit = is_digit(c);
  const bool exponent = c == 'e' || c == 'E';
  switch (state_) {
    case State::kMinus:
      return c == '0' ? State::kZero : digit ? State::kInteger : State::kFailed;
    case State::kZero:
    case State::kInteger:
      if (digit) return state_ == State::kInteger ? State::kInteger : State::kFailed;
      if (c == '.') return State::kPoint;
      return exponent ? State::kExponentBegin : next_after_value(c);
    case State::kPoint:
      return digit ? State::kFraction : State::kFailed;
    case State::kFraction:
      if (digit) return State::kFraction;
      return exponent ? State::kExponentBegin : next_after_value(c);
    case State::kExponentBegin:
      if (c == '+' || c == '-') return State::kExponentSign;
      [[fallthrough]];
    case State::kExponentSign:
      return digit ? State::kExponent : State::kFailed;
    default:
      return digit ? State::kExponent : next_after_value(c);
  }
}

JsonArrayCount::State JsonArrayCount::next_after_value(char c) {
  if (is_blank(c)) return State::kAfterValue;
  if (c == ',') return in_object() ? State::kKey : State::kValue;
  if (c == ']') return close(false);
  return c == '}' ? close(true) : State::kFailed;
}

JsonArrayCount::State JsonArrayCount::open(bool object) {
  if (depth_ == kMaxDepth) return State::kFailed;
  const std::uint64_t bit = std::uint64_t{1} << depth_++;
  objects_ = object ? objects_ | bit : objects_ & ~bit;
  return object ? State::kKeyOrEnd : State::kValueOrEnd;
}

JsonArrayCount::State JsonArrayCount::close(bool object) {
  if (in_object() != object) return State::kFailed;
  return --depth_ == 0 ? State::kDone : State::kAfterValue;
}

JsonArrayCount::State JsonArrayCount::begin_string(bool key) {
  string_is_key_ = key;
  return State::kString;
}

JsonArrayCount::State JsonArrayCount::begin_literal(std::string_view rest) {
  literal_rest_ = rest;
  return State::kLiteral;
}

}  // namespace rules

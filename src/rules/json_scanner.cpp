// SPDX-License-Identifier: MIT
#include "rules/json_scanner.h"

namespace rules {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

}  // namespace

bool JsonScanner::in_string(State state) {
  return state == State::kString || state == State::kEscape || state == State::kHex;
}

JsonScanner::Token JsonScanner::next(char c) {
  const bool was_in_string = in_string(state_);
  const unsigned before = depth_;
  state_ = step(c);
  if (state_ == State::kFailed) return Token::kFailed;
  if (depth_ != before) return depth_ > before ? Token::kOpen : Token::kClose;
  if (was_in_string || in_string(state_)) return string_is_key_ ? Token::kKey : Token::kValue;
  if (is_blank(c)) return Token::kBlank;
  return c == ',' || c == ':' ? Token::kSeparator : Token::kValue;
}

JsonScanner::State JsonScanner::step(char c) {
  switch (state_) {
    case State::kStart:
    case State::kDone:
      return step_outside(c);
    case State::kValueOrEnd:
      return c == ']' ? close(false) : step_value(c);
    case State::kValue:
      return step_value(c);
    case State::kKeyOrEnd:
      if (c == '}') return close(true);
      [[fallthrough]];
    case State::kKey:
      return is_blank(c) ? state_ : c == '"' ? begin_string(true) : State::kFailed;
    case State::kColon:
      return is_blank(c) ? State::kColon : c == ':' ? State::kValue : State::kFailed;
    case State::kAfterValue:
      return step_after_value(c);
    case State::kString:
    case State::kEscape:
    case State::kHex:
      return step_in_string(c);
    case State::kLiteral:
      if (c != literal_rest_.front()) return State::kFailed;
      literal_rest_.remove_prefix(1);
      return literal_rest_.empty() ? State::kAfterValue : State::kLiteral;
    case State::kFailed:
      return State::kFailed;
    default:
      return step_in_number(c);
  }
}

JsonScanner::State JsonScanner::step_outside(char c) {
  if (is_blank(c)) return state_;
  if (state_ == State::kDone && !sequence_) return State::kFailed;
  return c == '[' ? open(false) : c == '{' ? open(true) : State::kFailed;
}

JsonScanner::State JsonScanner::step_value(char c) {
  if (is_blank(c)) return state_;
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

JsonScanner::State JsonScanner::step_in_string(char c) {
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
JsonScanner::State JsonScanner::step_in_number(char c) {
  const bool digit = is_digit(c);
  const bool exponent = c == 'e' || c == 'E';
  switch (state_) {
    case State::kMinus:
      return c == '0' ? State::kZero : digit ? State::kInteger : State::kFailed;
    case State::kZero:
    case State::kInteger:
      if (digit) return state_ == State::kInteger ? State::kInteger : State::kFailed;
      if (c == '.') return State::kPoint;
      return exponent ? State::kExponentBegin : step_after_value(c);
    case State::kPoint:
      return digit ? State::kFraction : State::kFailed;
    case State::kFraction:
      if (digit) return State::kFraction;
      return exponent ? State::kExponentBegin : step_after_value(c);
    case State::kExponentBegin:
      if (c == '+' || c == '-') return State::kExponentSign;
      [[fallthrough]];
    case State::kExponentSign:
      return digit ? State::kExponent : State::kFailed;
    default:
      return digit ? State::kExponent : step_after_value(c);
  }
}

JsonScanner::State JsonScanner::step_after_value(char c) {
  if (is_blank(c)) return State::kAfterValue;
  if (c == ',') return in_object() ? State::kKey : State::kValue;
  if (c == ']') return close(false);
  return c == '}' ? close(true) : State::kFailed;
}

JsonScanner::State JsonScanner::open(bool object) {
  if (depth_ == kMaxDepth) return State::kFailed;
  const std::uint32_t bit = std::uint32_t{1} << depth_++;
  objects_ = object ? objects_ | bit : objects_ & ~bit;
  return object ? State::kKeyOrEnd : State::kValueOrEnd;
}

JsonScanner::State JsonScanner::close(bool object) {
  if (in_object() != object) return State::kFailed;
  return --depth_ == 0 ? State::kDone : State::kAfterValue;
}

JsonScanner::State JsonScanner::begin_string(bool key) {
  string_is_key_ = key;
  return State::kString;
}

JsonScanner::State JsonScanner::begin_literal(std::string_view rest) {
  literal_rest_ = rest;
  return State::kLiteral;
}

}  // namespace rules

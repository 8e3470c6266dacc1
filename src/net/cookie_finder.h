// SPDX-License-Identifier: MIT
// One cookie out of a Cookie field that comes in any pieces and may be far longer than what is kept of it: all programs
// on a host share its cookies, whatever their port. Pure. Source: RFC 6265 section 4.2.1.
#pragma once

#include <string_view>

#include "base/fixed_string.h"

namespace net {

class CookieFinder {
 public:
  /// The longest value that is found; a longer one is as good as none.
  static constexpr std::size_t kValueBytes = 64;

  /// `name` is borrowed and outlives this.
  explicit CookieFinder(std::string_view name) : name_(name) {}

  void start() { *this = CookieFinder(name_); }
  void feed(std::string_view piece);
  /// Of the first cookie with the name, or empty.
  std::string_view value() const { return value_.truncated() ? std::string_view() : value_.view(); }

 private:
  enum class State : unsigned char { kBetween, kName, kValue, kOther, kFound };

  std::string_view name_;
  base::FixedString<kValueBytes> value_;
  unsigned char matched_ = 0;
  State state_ = State::kBetween;
};

}  // namespace net

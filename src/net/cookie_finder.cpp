// SPDX-License-Identifier: MIT
#include "net/cookie_finder.h"

namespace net {

void CookieFinder::feed(std::string_view piece) {
  for (const char c : piece) {
    if (state_ == State::kFound) return;
    if (state_ == State::kBetween && c != ' ' && c != '\t') {
      state_ = State::kName;
      matched_ = 0;
    }
    if (c == ';') {
      state_ = state_ == State::kValue ? State::kFound : State::kBetween;
    } else if (state_ == State::kValue) {
      value_.append({&c, 1});
    } else if (state_ == State::kName) {
      const bool whole = matched_ == name_.size();
      if (whole && c == '=') {
        state_ = State::kValue;
      } else if (!whole && c == name_[matched_]) {
        ++matched_;
      } else {
        state_ = State::kOther;
      }
    }
  }
}

}  // namespace net

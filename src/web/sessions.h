// SPDX-License-Identifier: MIT
// Who has logged in to the dashboard: random tokens that stand for the key until they end. Kept in memory only, so a
// restart of the daemon or a change of the key ends them all; the oldest goes when there is one too many.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "base/fixed_string.h"
#include "base/time.h"

namespace web {

class Sessions {
 public:
  static constexpr base::Duration kLifetime = std::chrono::days(30);
  static constexpr std::size_t kTokenBytes = 32;  // hexadecimal: 128 bits
  using Token = base::FixedString<kTokenBytes>;

  /// Nothing when the kernel has not gathered enough randomness yet.
  std::optional<Token> begin(base::SteadyTime now);
  bool is_valid(std::string_view token, base::SteadyTime now) const;
  void end(std::string_view token);
  void end_all() { sessions_ = {}; }

 private:
  struct Session {
    Token token;  // empty: free
    base::SteadyTime began{};
  };
  std::array<Session, 16> sessions_;
};

}  // namespace web

// SPDX-License-Identifier: MIT
// "Did you mean …?": which of some known words is closest to one that is not known.
#pragma once

#include <cstddef>
#include <string_view>

namespace config {

/// Letters to insert, remove, change or swap with their neighbour to get from one word to the other (the "optimal
/// string alignment" distance), capitals aside. Words over 63 bytes are as far from each other as can be.
std::size_t edit_distance(std::string_view left, std::string_view right);

class Nearest {
 public:
  explicit Nearest(std::string_view wanted) : wanted_(wanted) {}

  /// Returns true when `candidate`, which outlives this, is the closest so far and close enough to be meant.
  bool consider(std::string_view candidate);
  /// Empty when no candidate was close enough.
  std::string_view best() const { return best_; }

 private:
  std::string_view wanted_;
  std::string_view best_;
  std::size_t distance_ = static_cast<std::size_t>(-1);
};

}  // namespace config

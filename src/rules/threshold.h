// SPDX-License-Identifier: MIT
// When a value is too high, and when it is well again: it must be high for several readings running to be raised, and
// low for as many to be cleared, below a mark that is lower than the one it was raised at. Pure.
//
//   clear < between < warn <= critical
//
// Between clear and warn nothing changes. A problem that became critical stays so until it clears: a value that moves
// about the upper mark is told once.
#pragma once

#include <cstdint>

namespace rules {

/// What one reading says.
enum class Verdict : std::uint8_t { kClear, kBetween, kWarning, kCritical };

struct Marks {
  float warn = 0;      // 0: the value is not judged
  float critical = 0;  // 0: there is no such level
  float clear = 0;
  std::uint32_t samples = 1;  // readings running
};

/// `value` at a mark is over it.
Verdict judge(float value, const Marks& marks);

/// Both have to be high.
Verdict both(Verdict one, Verdict other);
/// One is enough.
Verdict either(Verdict one, Verdict other);

class Threshold {
 public:
  enum class Level : std::uint8_t { kWell, kWarning, kCritical };

  /// True when the level changed with this reading. A reading that is missing is not given: it neither counts nor
  /// breaks the row.
  bool on_reading(Verdict verdict, std::uint32_t samples);

  Level level() const { return level_; }
  /// What an earlier run had told, or that nothing is judged any more.
  void set_level(Level level) { *this = Threshold(level); }

  Threshold() = default;
  explicit Threshold(Level level) : level_(level) {}

 private:
  Level level_ = Level::kWell;
  std::uint32_t high_ = 0;      // readings running at warn or over it
  std::uint32_t critical_ = 0;  // at critical or over it
  std::uint32_t clear_ = 0;     // below clear
};

}  // namespace rules

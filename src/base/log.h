// SPDX-License-Identifier: MIT
// One line for a person per thing that happened, to stderr or to syslog (/dev/log, RFC 3164 section 4.1). Owns the
// process's only mutable global: the sink. A line that repeats within a minute is counted and told once; a sink
// that does not take a line at once loses that line and the loss is counted: logging never blocks the loop.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/time.h"

namespace base::log {

enum class Level : std::uint8_t { kError, kWarn, kInfo, kDebug };
enum class Target : std::uint8_t { kStderr, kSyslog };

/// Sets level and target; may be called again at any time (reload).
void configure(Level level, Target target);
Level level();

[[gnu::format(printf, 1, 2)]] void error(const char* format, ...);
[[gnu::format(printf, 1, 2)]] void warn(const char* format, ...);
[[gnu::format(printf, 1, 2)]] void info(const char* format, ...);
[[gnu::format(printf, 1, 2)]] void debug(const char* format, ...);

/// Lines the sink did not take since the start.
std::uint64_t dropped();

/// Tells the count of a line that repeated, if one waits. Called once a minute and before the process ends.
void flush_repeats();

/// How often one text may be written: the first at once, then a count after kRepeatWindow. A value, so that tests
/// can drive it with their own time.
class RepeatFilter {
 public:
  static constexpr Duration kRepeatWindow = std::chrono::minutes(1);

  struct Verdict {
    bool write = true;
    std::uint32_t held_back = 0;  // times the previous text was held back: tell that first
  };
  Verdict on_line(Level level, std::string_view text, SteadyTime now);
  /// Ends the window: how often the last text was held back since it was last told.
  std::uint32_t take_held_back();

 private:
  std::uint64_t last_hash_ = 0;
  SteadyTime last_written_{};
  std::uint32_t held_back_ = 0;
};

}  // namespace base::log

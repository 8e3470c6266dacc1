// SPDX-License-Identifier: MIT
// The process's time zone. libc takes a zone that it does not know for UTC without a word: here it is checked first.
// Owns the memory of the TZ that the process was started with.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace os {

/// Whether `text` is a rule as POSIX has it (std offset [dst [offset] , start , end]; POSIX.1-2017 section 8.3, TZ),
/// with the dates where there is a summer time: without them libcs differ. Errors say which part is wrong. Pure.
base::Result<void> parse_timezone_rule(std::string_view text);

/// Whether `text` is such a rule, UTC, GMT or the name of a zone whose file (tzfile(5)) the box has.
base::Result<void> check_timezone(std::string_view text);

class Timezone {
 public:
  /// Remembers the environment's TZ.
  Timezone();

  /// Makes `text`, or when it is empty what the process was started with, the zone of localtime_r(3). An error is
  /// check_timezone()'s, and changes nothing.
  base::Result<void> set(std::string_view text);

 private:
  std::optional<std::string> at_start_;
};

}  // namespace os

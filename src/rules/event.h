// SPDX-License-Identifier: MIT
// Something a person is to be told of. A plain value; who is told, and how it looks there, is for others to decide.
#pragma once

#include <cstdint>

#include "base/fixed_string.h"
#include "base/time.h"

namespace rules {

enum class Severity : std::uint8_t { kInfo, kWarning, kCritical };

struct Event {
  base::WallTime time{};
  Severity severity = Severity::kInfo;
  base::FixedString<31> kind;    // "worker_status": what sort of thing happened
  base::FixedString<63> key;     // what it happened to: a problem and its end have the same
  base::FixedString<127> title;  // one line
  base::FixedString<511> text;
  base::FixedString<895> fields;  // what a program may want to read of it: a JSON object of strings
};

}  // namespace rules

// SPDX-License-Identifier: MIT
// A gate through which everything is asked, and what was.
#pragma once

#include <string>
#include <vector>

#include "collect/slow_reading.h"

namespace fakes {

struct OpenGate final : collect::SlowGate {
  bool ask(std::string_view name) override {
    asked.emplace_back(name);
    return name != closed;
  }
  std::string closed;
  std::vector<std::string> asked;
};

inline collect::SlowReading read_slowly(const collect::SlowPaths& paths) {
  OpenGate gate;
  collect::SlowReading reading;
  collect::read_slowly(paths, gate, reading);
  return reading;
}

}  // namespace fakes

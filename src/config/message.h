// SPDX-License-Identifier: MIT
// What is to be said about a configuration: one sentence or two for a person, on one line, without secrets.
#pragma once

#include <cstdint>
#include <string>

namespace config {

enum class Severity : std::uint8_t {
  kError,    // the configuration is refused
  kWarning,  // it is taken, but probably not what was meant
  kNote,     // nothing to do
};

struct Message {
  Severity severity = Severity::kError;
  std::string text;
};

}  // namespace config

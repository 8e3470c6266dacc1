// SPDX-License-Identifier: MIT
// What checking a configuration needs from outside this room: the box's files, and judgements that belong to others.
// app/ answers from the real ones, tests from what they make up; so everything else in config/ stays pure.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "config/row.h"

namespace config {

struct ValueFile {
  std::string text;
  bool readable_by_others = false;
};

class Machine {
 public:
  /// Reads the whole text of a file that a value names with @/path. The error continues the sentence that "this file"
  /// begins: "cannot be read: Permission denied".
  virtual base::Result<void> read_value_file(std::string_view path, ValueFile& file) = 0;
  /// Whether a value that is not empty passes Check::kTimezone, kProbe, kWebUrl, kAccount or kNetworks. The error says
  /// what is wrong with it, without the value.
  virtual base::Result<void> check_value(Check check, std::string_view value) = 0;

 protected:
  ~Machine() = default;
};

}  // namespace config

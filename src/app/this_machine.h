// SPDX-License-Identifier: MIT
// What checking a configuration asks of the box, answered by this one. Opens only the files that a value names.
#pragma once

#include "app/settings_files.h"
#include "config/machine.h"

namespace app {

class ThisMachine final : public config::Machine {
 public:
  /// `files`, which outlive it, open what a value names with @/path.
  explicit ThisMachine(SettingsFiles& files) : files_(files) {}

  base::Result<void> read_value_file(std::string_view path, config::ValueFile& file) override;
  base::Result<void> check_value(config::Check check, std::string_view value) override;

 private:
  SettingsFiles& files_;
};

}  // namespace app

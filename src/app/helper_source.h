// SPDX-License-Identifier: MIT
// The configuration as a helper reads it: with root's rights, by itself. What a process that serves somebody else needs
// of it, and no more.
#pragma once

#include "app/load_settings.h"
#include "heal/helper_server.h"
#include "os/timezone.h"

namespace app {

heal::HelperSettings helper_settings(const config::Settings& settings);

class HelperSource final : public heal::SettingsSource {
 public:
  /// Whether whoever asks gets the files too: a main process that reads them through this one.
  enum class Files : std::uint8_t { kPass, kKeep };

  /// `inputs` is borrowed.
  HelperSource(const SettingsInputs& inputs, Files files) : inputs_(inputs), files_(files) {}

  std::vector<heal::SettingsFile> read(heal::HelperSettings& settings) override;

  /// What the process's own lines in the log need.
  void take_over(const config::Settings& settings);

 private:
  const SettingsInputs& inputs_;
  Files files_;
  os::Timezone timezone_;
};

}  // namespace app

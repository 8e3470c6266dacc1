// SPDX-License-Identifier: MIT
// Reads the configuration again while the daemon runs, and says in the log what is wrong with it. With a helper the
// files come from there: a process that is no longer root may not be able to open them. Takes nothing over itself.
#pragma once

#include <optional>

#include "app/load_settings.h"
#include "app/settings_files.h"
#include "config/settings.h"
#include "heal/helper.h"

namespace app {

/// Reads it again, through `files`, and says in the log what is wrong with it. Nothing when there are mistakes; else
/// what can take the place of `running` as it is: what cannot change while the process runs is in it what it was.
std::optional<config::Settings> read_again(const SettingsInputs& inputs, const config::Settings& running,
                                           SettingsFiles& files);

class SettingsReload {
 public:
  using OnRead = base::Callback<config::Settings&>;

  /// All are borrowed and outlive this; `running` are the settings that are in force. `on_read` has what read_again()
  /// gives.
  SettingsReload(const SettingsInputs& inputs, const config::Settings& running, heal::Helper& helper, OnRead on_read);
  SettingsReload(const SettingsReload&) = delete;
  SettingsReload& operator=(const SettingsReload&) = delete;

  /// `on_read` may come from inside here. It does not come when there are mistakes.
  void begin();

 private:
  void on_file(heal::HelperReply& reply);
  void read();

  const SettingsInputs& inputs_;
  const config::Settings& running_;
  heal::Helper& helper_;
  OnRead on_read_;
  heal::HelperCall call_;
  PassedFiles files_;
};

}  // namespace app

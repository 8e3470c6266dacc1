// SPDX-License-Identifier: MIT
// Reads the configuration again while the daemon runs, and says in the log what is wrong with it. With a helper the
// files come from there: a process that is no longer root may not be able to open them. Takes nothing over itself.
#pragma once

#include "app/load_settings.h"
#include "app/settings_files.h"
#include "config/settings.h"
#include "heal/helper.h"

namespace app {

class SettingsReload {
 public:
  using OnRead = base::Callback<config::Settings&>;

  /// All are borrowed and outlive this; `running` are the settings that are in force. `on_read` has others that can
  /// take their place as they are: what cannot change while the daemon runs is in them what it is.
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

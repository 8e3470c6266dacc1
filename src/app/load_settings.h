// SPDX-License-Identifier: MIT
// Reads the configuration from where it really is: the INI file, the .env file, the environment and the files that
// values name. Called at the start and again at every reload; keeps nothing between two calls and changes nothing in
// the process (the time zone is only checked; os::Timezone sets it).
#pragma once

#include <string>

#include "app/settings_files.h"
#include "config/loaded.h"

namespace app {

inline constexpr char kDefaultConfigFile[] = "/etc/limpet.ini";

struct SettingsInputs {
  std::string config_file = kDefaultConfigFile;
  bool config_file_given = false;            // by -c: it is a mistake when it is missing
  std::string env_file = {};                 // of --env-file; empty: none
  const char* const* environment = nullptr;  // as environ(7), or nullptr: none
  bool for_daemon = false;                   // reads also what only the daemon needs: certificate and key of [http]
};

/// Everything that was found, good and bad, in one go; nothing of it is to be used unless ok(). The data folder is not
/// looked at: app/data_dir.h does that.
config::Loaded load_settings(const SettingsInputs& inputs);
/// The same with files that `files` opens.
config::Loaded load_settings(const SettingsInputs& inputs, SettingsFiles& files);

}  // namespace app

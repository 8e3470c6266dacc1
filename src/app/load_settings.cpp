// SPDX-License-Identifier: MIT
#include "app/load_settings.h"

#include <errno.h>
#include <unistd.h>

#include "app/certificate_files.h"
#include "app/read_text.h"
#include "app/this_machine.h"
#include "base/limits.h"
#include "config/env_file.h"
#include "config/loader.h"
#include "config/table.h"
#include "lib/ini.h"

namespace app {
namespace {

using config::Loader;
using config::Source;

class IniToLoader final : public lib::IniHandler {
 public:
  explicit IniToLoader(Loader& loader) : loader_(loader) {}

  void on_section(unsigned line, std::string_view name) override { loader_.on_section(line, name); }
  void on_entry(unsigned line, std::string_view key, std::string_view value) override {
    loader_.on_entry(line, key, value);
  }
  void on_mistake(unsigned line, std::string_view text, lib::IniMistake mistake) override {
    loader_.on_mistake(line, text, lib::describe(mistake));
  }

 private:
  Loader& loader_;
};

void tell_unreadable(const base::Error& error, std::string_view advice, Loader& loader) {
  loader.on_bad_source(std::string(error.text()).append(". ").append(advice));
}

void load_config_file(const SettingsInputs& inputs, SettingsFiles& files, Loader& loader) {
  const base::Result<TextFile> file = read_text(files, inputs.config_file, base::limits::kConfigFile);
  loader.begin_source({Source::Kind::kFile, inputs.config_file, file && file->readable_by_others});
  if (file) {
    IniToLoader handler(loader);
    lib::parse_ini(file->text, handler);
  } else if (inputs.config_file_given || (file.error().code() != ENOENT && file.error().code() != ENOTDIR)) {
    tell_unreadable(file.error(), "limpet config prints a whole one to begin with.", loader);
  }
}

void load_env_file(const std::string& path, SettingsFiles& files, Loader& loader) {
  const base::Result<TextFile> file = read_text(files, path, base::limits::kConfigFile);
  loader.begin_source({Source::Kind::kEnvFile, path, file && file->readable_by_others});
  if (file) {
    config::parse_env_file(file->text, loader);
  } else {
    tell_unreadable(file.error(), "Name another file with --env-file, or leave that option out.", loader);
  }
}

void load_environment(const char* const* environment, Loader& loader) {
  loader.begin_source({Source::Kind::kEnvironment, {}, false});
  for (; environment != nullptr && *environment != nullptr; ++environment) {
    const std::string_view variable = *environment;
    const std::size_t equals = variable.find('=');
    if (equals == std::string_view::npos) continue;
    loader.on_variable(0, variable.substr(0, equals), variable.substr(equals + 1));
  }
}

// What is right as a value but finds nothing on this box. It may come later (a disk, a mount), so it is no mistake.
void warn_of_missing_folders(config::Loaded& loaded) {
  const auto warn_when_missing = [&](const std::string& path, std::string_view section, std::string_view key,
                                     std::string_view what) {
    if (::access(path.c_str(), F_OK) == 0) return;
    loaded.messages.push_back({config::Severity::kWarning, loaded.about(section, key) + ": " + std::string(what)});
  };
  const config::Settings& settings = loaded.settings;
  warn_when_missing(settings.procfs_root + "/stat", "limpet", "procfs_root",
                    "procfs is not mounted there, so CPU, memory and load stay unknown.");
  warn_when_missing(settings.sysfs_root + "/class", "limpet", "sysfs_root",
                    "sysfs is not mounted there, so temperatures stay unknown.");
  warn_when_missing(settings.disk, "heartbeat", "disk", "there is no such folder, so the disk's fill stays unknown.");
}

}  // namespace

config::Loaded load_settings(const SettingsInputs& inputs) {
  OwnFiles files;
  return load_settings(inputs, files);
}

config::Loaded load_settings(const SettingsInputs& inputs, SettingsFiles& files) {
  ThisMachine machine(files);
  Loader loader(config::table(), machine);
  load_config_file(inputs, files, loader);
  if (!inputs.env_file.empty()) load_env_file(inputs.env_file, files, loader);
  load_environment(inputs.environment, loader);
  config::Loaded loaded = loader.finish();
  if (loaded.ok()) warn_of_missing_folders(loaded);
  if (loaded.ok() && inputs.for_daemon) read_certificate_files(files, loaded);
  return loaded;
}

}  // namespace app

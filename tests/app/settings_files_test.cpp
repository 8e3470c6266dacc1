// SPDX-License-Identifier: MIT
#include "app/settings_files.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>

#include "app/load_settings.h"
#include "fakes/not_root.h"
#include "fakes/temporary_folder.h"

namespace {

// What a process without rights gets through the files that one with rights has read.
config::Loaded load_by_helper(const app::SettingsInputs& inputs) {
  app::RecordedFiles recorded;
  const config::Loaded seen_by_helper = app::load_settings(inputs, recorded);
  app::PassedFiles passed;
  for (heal::SettingsFile& file : recorded.take()) passed.add(std::move(file));
  const fakes::NotRoot nobody;
  config::Loaded loaded = app::load_settings(inputs, passed);
  CHECK(loaded.errors == seen_by_helper.errors);
  return loaded;
}

}  // namespace

TEST_CASE("a process that may open none of the files reads all of them from the helper's descriptors") {
  const fakes::TemporaryFolder folder;
  const std::string secret = folder.write("secret", "attic\n");
  const std::string ini =
      folder.write("limpet.ini", "[limpet]\nhost_name = @" + secret + "\n[heartbeat]\ndisk = /tmp\n");
  const std::string env = folder.write("env", "LOG_LEVEL=debug\n");
  for (const std::string& path : {secret, ini, env}) REQUIRE(::chmod(path.c_str(), 0600) == 0);
  const app::SettingsInputs inputs{.config_file = ini, .config_file_given = true, .env_file = env};
  if (::geteuid() == 0) {
    const fakes::NotRoot nobody;
    CHECK_FALSE(app::load_settings(inputs).ok());
  }
  const config::Loaded loaded = load_by_helper(inputs);
  REQUIRE(loaded.ok());
  CHECK(loaded.settings.host_name == "attic");
  CHECK(loaded.settings.disk == "/tmp");
  CHECK(loaded.settings.log_level == base::log::Level::kDebug);
}

TEST_CASE("one file that two keys name is read from its beginning both times") {
  const fakes::TemporaryFolder folder;
  const std::string name = folder.write("name", "/tmp");
  const std::string ini =
      folder.write("limpet.ini", "[limpet]\nhost_name = @" + name + "\n[heartbeat]\ndisk = @" + name + "\n");
  const config::Loaded loaded = load_by_helper({.config_file = ini, .config_file_given = true});
  REQUIRE(loaded.ok());
  CHECK(loaded.settings.host_name == "/tmp");
  CHECK(loaded.settings.disk == "/tmp");
}

TEST_CASE("a file that the helper could not open either is told with the helper's reason") {
  const fakes::TemporaryFolder folder;
  const std::string ini = folder.write("limpet.ini", "[limpet]\nhost_name = @/nowhere/to/be/found\n");
  const config::Loaded loaded = load_by_helper({.config_file = ini, .config_file_given = true});
  REQUIRE(loaded.errors == 1);
  CHECK(loaded.messages[0].text.contains("No such file or directory"));
}

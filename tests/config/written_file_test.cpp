// SPDX-License-Identifier: MIT
#include "config/written_file.h"

#include <doctest/doctest.h>

#include "config/loader.h"
#include "fakes/fake_machine.h"

namespace {

constexpr config::Row kRows[] = {
    {.section = "limpet", .key = "data_dir", .member = &config::Settings::data_dir, .default_text = "/var"},
    {.section = "limpet", .key = "host_name", .member = &config::Settings::host_name, .alias = "HOSTNAME_OVERRIDE"},
    {.section = "mqtt", .key = "password", .member = &config::Settings::mqtt_password, .secret = true},
    {.section = "telegram", .key = "chat_id", .member = &config::Settings::telegram_chat, .alias = "CHAT"},
};

std::string written(std::initializer_list<std::pair<const char*, const char*>> variables, bool secrets = true) {
  fakes::FakeMachine machine;
  config::Loader loader(kRows, machine);
  loader.begin_source({config::Source::Kind::kEnvFile, ".env", false});
  unsigned line = 0;
  for (const auto& [name, value] : variables) loader.on_variable(++line, name, value);
  return config::written_file(loader.finish(), secrets);
}

}  // namespace

TEST_CASE("what is set is written, with where it comes from, and nothing else") {
  CHECK(written({}) == "");
  CHECK(written({{"HOSTNAME_OVERRIDE", "attic"}, {"LIMPET_MQTT_PASSWORD", "hunter2"}}) ==
        "[limpet]\n# .env, line 1: HOSTNAME_OVERRIDE\nhost_name = attic\n"
        "\n[mqtt]\n# .env, line 2\npassword = hunter2\n");
  CHECK(written({{"LIMPET_LIMPET_HOST_NAME", ""}}) == "[limpet]\n# .env, line 1\nhost_name =\n");
}

TEST_CASE("a value that means something else in the file") {
  CHECK(written({{"CHAT", "@@attic"}}).ends_with("chat_id = @@attic\n"));  // a @ of its own is written twice everywhere
  const std::string blanks = written({{"LIMPET_MQTT_PASSWORD", " hunter2"}});
  CHECK(blanks.contains("# An INI file cannot hold the blanks around this value"));
  CHECK(blanks.ends_with("\n;password =\n"));
  CHECK_FALSE(blanks.contains("hunter2"));
}

TEST_CASE("without secrets they stand there as comments") {
  const std::string text = written({{"LIMPET_MQTT_PASSWORD", "hunter2"}, {"CHAT", "1"}}, false);
  CHECK_FALSE(text.contains("hunter2"));
  CHECK(text.contains("\n;password = (a secret"));
  CHECK(text.contains("\nchat_id = 1\n"));
}

// SPDX-License-Identifier: MIT
#include "config/reload.h"

#include <doctest/doctest.h>

#include "config/row_value.h"
#include "config/table.h"

using namespace std::chrono_literals;

namespace {

config::Settings defaults() {
  config::Settings settings;
  for (const config::Row& row : config::table()) REQUIRE_FALSE(config::set_value(row, row.default_text, settings));
  return settings;
}

}  // namespace

TEST_CASE("a reload takes what can change and keeps the rest, with a sentence") {
  const config::Settings running = defaults();
  config::Settings loaded = defaults();
  loaded.heartbeat_interval = 30s;
  loaded.data_dir = "/srv/limpet";
  const std::vector<std::string> sentences = config::keep_until_restart(config::table(), running, loaded);
  REQUIRE(sentences.size() == 1);
  CHECK(sentences[0] ==
        "[limpet] data_dir changes only when limpet is started again: until then it stays /var/lib/limpet, then it "
        "becomes /srv/limpet.");
  CHECK(loaded.data_dir == "/var/lib/limpet");
  CHECK(loaded.heartbeat_interval == 30s);
}

TEST_CASE("a reload without a difference says nothing") {
  const config::Settings running = defaults();
  config::Settings loaded = defaults();
  CHECK(config::keep_until_restart(config::table(), running, loaded).empty());
}

TEST_CASE("a reload does not tell a secret") {
  const config::Row rows[] = {{.section = "mqtt",
                               .key = "password",
                               .member = &config::Settings::host_name,
                               .default_text = "",
                               .secret = true,
                               .at_start_only = true}};
  config::Settings running, loaded;
  running.host_name = "hunter2";
  loaded.host_name = "hunter3";
  const std::vector<std::string> sentences = config::keep_until_restart(rows, running, loaded);
  REQUIRE(sentences.size() == 1);
  CHECK_FALSE(sentences[0].contains("hunter"));
  CHECK(loaded.host_name == "hunter2");
}

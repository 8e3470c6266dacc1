// SPDX-License-Identifier: MIT
#include "config/reference.h"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>

#include "config/loader.h"
#include "config/table.h"
#include "fakes/fake_machine.h"

TEST_CASE("rootfs/etc/limpet.ini is what limpet config prints") {
  std::ifstream file(LIMPET_FIXTURES "/../../rootfs/etc/limpet.ini", std::ios::binary);
  REQUIRE(file);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  CHECK_MESSAGE(text == config::default_file(config::table()),
                "it is stale: run limpet config > rootfs/etc/limpet.ini");
}

TEST_CASE("the default file says of every key what it is, takes and defaults to, in lines of bearable length") {
  const std::string text = config::default_file(config::table());
  for (const config::Row& row : config::table()) {
    const std::string line = std::string("\n;").append(row.key).append(" =");
    CHECK_MESSAGE(text.contains(line), row.key);
  }
  CHECK(text.contains("Environment: LIMPET_LIMPET_LOG_LEVEL or LOG_LEVEL."));
  CHECK(text.contains("A bare number counts MiB."));
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    REQUIRE(end != std::string::npos);
    CHECK_MESSAGE(end - begin <= 100, text.substr(begin, end - begin));
    begin = end + 1;
  }
}

TEST_CASE("what is in force is printed with where it comes from, secrets as set or unset") {
  const config::Row rows[] = {
      {.section = "limpet", .key = "data_dir", .member = &config::Settings::data_dir, .default_text = "/var"},
      {.section = "limpet",
       .key = "log_level",
       .member = &config::Settings::log_level,
       .default_text = "info",
       .alias = "LOG_LEVEL"},
      {.section = "mqtt",
       .key = "password",
       .member = &config::Settings::host_name,
       .default_text = "",
       .secret = true},
      {.section = "mqtt", .key = "token", .member = &config::Settings::disk, .default_text = "", .secret = true},
  };
  fakes::FakeMachine machine;
  config::Loader loader(rows, machine);
  loader.begin_source({config::Source::Kind::kFile, "a.ini", false});
  loader.on_section(1, "mqtt");
  loader.on_entry(2, "password", "hunter2");
  loader.on_section(3, "process web");
  loader.on_entry(4, "match", "/usr/sbin/nginx");
  loader.begin_source({config::Source::Kind::kEnvironment, {}, false});
  loader.on_variable(0, "LOG_LEVEL", "DEBUG");
  CHECK(config::effective_text(loader.finish()) ==
        "limpet.data_dir = /var               (default)\n"
        "limpet.log_level = debug             (environment, LOG_LEVEL)\n"
        "mqtt.password = set                  (a.ini, line 2)\n"
        "mqtt.token = unset                   (default)\n"
        "process web.match = /usr/sbin/nginx  (a section of its own)\n");
}

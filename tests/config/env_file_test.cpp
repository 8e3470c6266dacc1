// SPDX-License-Identifier: MIT
#include "config/env_file.h"

#include <doctest/doctest.h>

#include "config/table.h"
#include "fakes/fake_machine.h"

namespace {

config::Loaded load(std::string_view text) {
  fakes::FakeMachine machine;
  config::Loader loader(config::table(), machine);
  loader.begin_source({config::Source::Kind::kEnvFile, "b.env", false});
  config::parse_env_file(text, loader);
  return loader.finish();
}

}  // namespace

TEST_CASE("what a line of a .env file says") {
  const struct {
    const char* reason;
    const char* text;
    const char* host_name;
  } cases[] = {
      {"plain", "HOSTNAME_OVERRIDE=attic\n", "attic"},
      {"no line end", "HOSTNAME_OVERRIDE=attic", "attic"},
      {"CRLF", "HOSTNAME_OVERRIDE=attic\r\n", "attic"},
      {"byte order mark", "\xEF\xBB\xBFHOSTNAME_OVERRIDE=attic\n", "attic"},
      {"export", "export HOSTNAME_OVERRIDE=attic", "attic"},
      {"export and a tab", "\texport\tHOSTNAME_OVERRIDE=attic", "attic"},
      {"blanks around the =", "HOSTNAME_OVERRIDE = attic", "attic"},
      {"comment", "HOSTNAME_OVERRIDE=attic # upstairs", "attic"},
      {"a # inside a word is none", "HOSTNAME_OVERRIDE=attic#2", "attic#2"},
      {"nothing but a comment", "HOSTNAME_OVERRIDE= # nobody", ""},
      {"single quotes keep all", "HOSTNAME_OVERRIDE='at\\tic # \"2\"'", "at\\tic # \"2\""},
      {"double quotes", "HOSTNAME_OVERRIDE=\"at\\\"tic \\\\ # 2\" # upstairs", "at\"tic \\ # 2"},
      {"= in the value", "HOSTNAME_OVERRIDE=a=b", "a=b"},
      {"the last of two", "HOSTNAME_OVERRIDE=cellar\nHOSTNAME_OVERRIDE=attic\n", "attic"},
      {"$ is not expanded", "HOSTNAME_OVERRIDE=$HOME", "$HOME"},
      {"empty lines and comments before", "\n\n# HOSTNAME_OVERRIDE=cellar\n  \nHOSTNAME_OVERRIDE=attic", "attic"},
  };
  for (const auto& test : cases) {
    CAPTURE(test.reason);
    const config::Loaded loaded = load(test.text);
    CHECK(loaded.messages.empty());
    CHECK(loaded.settings.host_name == test.host_name);
  }
}

TEST_CASE("what is odd in a .env file is told without a word of it, and the rest is read") {
  const struct {
    const char* reason;
    std::string text;
    const char* message;
  } cases[] = {
      {"no =", "hunter2\n", "b.env, line 1: this line is not NAME=VALUE; left alone."},
      {"no name", "=hunter2\n", "b.env, line 1: this line is not NAME=VALUE; left alone."},
      {"no name, but a sentence", "my secret=hunter2\n", "b.env, line 1: this line is not NAME=VALUE; left alone."},
      {"NUL in the name", std::string("A\0B=hunter2\n", 12), "b.env, line 1: this line is not NAME=VALUE; left alone."},
      {"a quote that never ends", "X='hunter2\n",
       "b.env, line 1: the quote that opens in this line never ends; left alone."},
  };
  for (const auto& test : cases) {
    CAPTURE(test.reason);
    const config::Loaded loaded = load(test.text + "LOG_LEVEL=DEBUG\n");
    REQUIRE(loaded.messages.size() == 1);
    CHECK(loaded.messages[0].severity == config::Severity::kWarning);
    CHECK(loaded.messages[0].text == test.message);
    CHECK(loaded.about("limpet", "log_level") == "b.env, line 2: LOG_LEVEL, for [limpet] log_level = debug");
  }
}

TEST_CASE("a quoted value may span lines, which are counted") {
  const config::Loaded loaded = load("KEY=\"-----BEGIN\nhunter2\n-----END\"\nLOG_LEVEL=loud\n");
  REQUIRE(loaded.messages.size() == 2);
  CHECK(loaded.messages[0].text == "b.env, line 1: KEY: not a name that Limpet knows; left alone.");
  CHECK(loaded.messages[1].text ==
        "b.env, line 4: LOG_LEVEL, for [limpet] log_level, = loud: expected error, warn, info or debug.");
}

TEST_CASE("HOST, PORT and GUI_PORT of the earlier programs are where to listen, and whom they were there for") {
  const struct {
    const char* reason;
    const char* text;
    const char* listen;
    bool trusts;
    std::size_t messages;
  } cases[] = {
      {"both", "HOST=0.0.0.0\nPORT=5000\n", "0.0.0.0:5000", true, 1},
      {"the other way round", "PORT=5000\nHOST=0.0.0.0\n", "0.0.0.0:5000", true, 1},
      {"a port alone", "PORT=5000\n", "127.0.0.1:5000", false, 0},
      {"the dashboard's port", "GUI_PORT=9000\n", "127.0.0.1:9000", false, 0},
      {"this box alone", "HOST=127.0.0.1\nPORT=5000\n", "127.0.0.1:5000", false, 0},
      {"IPv6", "HOST=::\nPORT=5000\n", "[::]:5000", true, 1},
      {"our own name wins", "LIMPET_HTTP_LISTEN=127.0.0.1:1\nPORT=5000\n", "127.0.0.1:1", false, 0},
      {"nothing", "HOST=\nPORT=\n", "127.0.0.1:8080", false, 0},
  };
  for (const auto& test : cases) {
    CAPTURE(test.reason);
    const config::Loaded loaded = load(test.text);
    CHECK(loaded.ok());
    CHECK(loaded.settings.http_listen == test.listen);
    CHECK(loaded.settings.instances_trust.empty() != test.trusts);
    CHECK(loaded.messages.size() == test.messages);
  }
  CHECK_FALSE(load("PORT=many\n").ok());
}

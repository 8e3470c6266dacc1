// SPDX-License-Identifier: MIT
#include "config/loader.h"

#include <doctest/doctest.h>

#include <vector>

#include "base/limits.h"
#include "config/table.h"
#include "fakes/fake_machine.h"
#include "fakes/known_sections.h"

using config::Loaded;
using config::Loader;
using config::Settings;
using config::Severity;
using config::Source;
using namespace std::chrono_literals;

namespace {

constexpr config::Row kSecretRows[] = {
    {.section = "mqtt", .key = "broker", .member = &Settings::host_name, .default_text = ""},
    {.section = "mqtt",
     .key = "password",
     .member = &Settings::data_dir,
     .check = config::Check::kPath,
     .default_text = "/",
     .alias = "MQTT_PASSWORD",
     .secret = true},
};

struct Entry {
  std::string_view section;
  std::string_view key = {};
  std::string_view value = {};
};

// The entries, each a line, from 1; a section's name alone is its heading.
void feed(Loader& loader, const std::vector<Entry>& entries, bool readable_by_others = false) {
  loader.begin_source({Source::Kind::kFile, "a.ini", readable_by_others});
  unsigned line = 0;
  for (const Entry& entry : entries) {
    ++line;
    if (!entry.section.empty()) {
      loader.on_section(line, entry.section);
    } else {
      loader.on_entry(line, entry.key, entry.value);
    }
  }
}

Loaded load(const std::vector<Entry>& entries) {
  fakes::FakeMachine machine;
  Loader loader(config::table(), machine);
  feed(loader, entries);
  return loader.finish();
}

void check_only_message(const Loaded& loaded, Severity severity, std::string_view text) {
  REQUIRE(loaded.messages.size() == 1);
  CHECK(loaded.messages[0].severity == severity);
  CHECK(loaded.messages[0].text == text);
  CHECK(loaded.ok() == (severity != Severity::kError));
}

}  // namespace

TEST_CASE("without any source everything has its default") {
  fakes::FakeMachine machine;
  const Loaded loaded = Loader(config::table(), machine).finish();
  CHECK(loaded.ok());
  CHECK(loaded.messages.empty());
  CHECK(loaded.settings.heartbeat_interval == 10s);
  CHECK(loaded.about("heartbeat", "interval") == "[heartbeat] interval = 10s (the default)");
}

TEST_CASE("mistakes in a file, each with its sentence") {
  const struct {
    const char* reason;
    std::vector<Entry> entries;
    std::string text;
  } cases[] = {
      {"misspelt key",
       {{"heartbeat"}, {"", "intervall", "10s"}},
       "a.ini, line 2: [heartbeat] intervall = 10s: there is no such key. Did you mean interval?"},
      {"key of another section",
       {{"heartbeat"}, {"", "keep_raw", "1d"}},
       "a.ini, line 2: [heartbeat] keep_raw = 1d: there is no such key. Did you mean [store] keep_raw?"},
      {"key like no other",
       {{"docker"}, {"", "weather", "fine"}},
       "a.ini, line 2: [docker] weather = fine: there is no such key. The keys of [docker] are socket, watch, restart, "
       "check_interval, restart_threshold, cooldown, report_interval."},
      {"unknown key that may be a secret",
       {{"docker"}, {"", "access_key", "hunter2"}},
       "a.ini, line 2: [docker] access_key: there is no such key. The keys of [docker] are socket, watch, restart, "
       "check_interval, restart_threshold, cooldown, report_interval."},
      {"misspelt section",
       {{"hartbeat"}},
       "a.ini, line 1: [hartbeat]: there is no such section. Did you mean [heartbeat]?"},
      {"unknown section; its keys are not blamed too",
       {{"weather"}, {"", "a", "b"}, {"", "c", "d"}},
       "a.ini, line 1: [weather]: there is no such section. The sections are " + fakes::known_sections() + "."},
      {"section without a name",
       {{" "}},
       "a.ini, line 1: [ ]: there is no such section. The sections are " + fakes::known_sections() + "."},
      {"key before any section",
       {{"", "interval", "10s"}},
       "a.ini, line 1: interval = 10s: this stands before any [section]. Did you mean [heartbeat] interval?"},
      {"key given twice",
       {{"heartbeat"}, {"", "interval", "10s"}, {"", "interval", "20s"}},
       "a.ini, line 3: [heartbeat] interval = 20s: this key stands in line 2 already. Keep one of the two."},
      {"empty where something must be",
       {{"heartbeat"}, {"", "interval", ""}},
       "a.ini, line 2: [heartbeat] interval = (nothing): expected a time from 10s to 1h that divides a day, such as "
       "10s, 30s or 5m."},
      {"comment behind a value",
       {{"heartbeat"}, {"", "interval", "10s ; often"}},
       "a.ini, line 2: [heartbeat] interval = 10s ; often: expected a time from 10s to 1h that divides a day, such as "
       "10s, 30s or 5m. Did you mean 10s? A comment needs a line of its own."},
      {"quotes",
       {{"limpet"}, {"", "data_dir", "\"/srv\""}},
       "a.ini, line 2: [limpet] data_dir = \"/srv\": expected a path that begins with /. Did you mean /srv? Values are "
       "written without "
       "quotes."},
      {"not UTF-8",
       {{"limpet"}, {"", "host_name", "caf\xE9"}},
       "a.ini, line 2: [limpet] host_name = caf?: this is not plain text: it has bytes that are not UTF-8, or a line "
       "break inside."},
      {"unknown time zone",
       {{"limpet"}, {"", "timezone", "Mars"}},
       "a.ini, line 2: [limpet] timezone = Mars: nobody knows this: expected a rule such as <-05>5 or "
       "CET-1CEST,M3.5.0,M10.5.0/3, a zone name such as America/Lima, or nothing."},
      {"probe of a later version",
       {{"heartbeat"}, {"", "probe", "https://a/b"}},
       "a.ini, line 2: [heartbeat] probe = https://a/b: nobody knows this: expected http(s)://HOST[:PORT][/PATH], "
       "tcp://HOST:PORT or icmp://HOST, or nothing. Did you mean http://a/b?"},
      {"value from a file that is not there",
       {{"limpet"}, {"", "host_name", "@/nowhere"}},
       "a.ini, line 2: [limpet] host_name = @/nowhere: this file cannot be read: No such file or directory."},
      {"two keys that do not go together",
       {{"heartbeat"}, {"", "probe_timeout", "20s"}},
       "a.ini, line 2: [heartbeat] probe_timeout = 20s, with [heartbeat] interval = 10s (the default): expected "
       "probe_timeout to be shorter than interval."},
      {"the same, told at the one that was written",
       {{"store"}, {"", "keep_raw", "100d"}},
       "a.ini, line 2: [store] keep_raw = 100d, with [store] keep_minutes = 90d (the default): expected keep_minutes "
       "not to be shorter than keep_raw."},
  };
  for (const auto& test : cases) {
    CAPTURE(test.reason);
    check_only_message(load(test.entries), Severity::kError, test.text);
  }
}

TEST_CASE("under a misspelt section the keys are checked as in the one that was meant") {
  const Loaded loaded = load({{"hartbeat"}, {"", "interval", "11s"}});
  CHECK(loaded.errors == 2);
  CHECK(loaded.messages[1].text.starts_with("a.ini, line 2: [heartbeat] interval = 11s: expected a time"));
}

TEST_CASE("a refused value is not held against another key") {
  const Loaded loaded = load({{"heartbeat"}, {"", "interval", "fast"}, {"", "probe_timeout", "20s"}});
  REQUIRE(loaded.messages.size() == 1);
  CHECK(loaded.messages[0].text.contains("interval = fast"));
}

TEST_CASE("what is odd but can be taken is a warning") {
  const Loaded twice = load({{"heartbeat"}, {"", "interval", "10s"}, {"limpet"}, {"heartbeat"}, {"", "disk", "/srv"}});
  check_only_message(twice, Severity::kWarning,
                     "a.ini, line 4: [heartbeat]: this section begins in line 1 already. The keys of both are taken.");
  CHECK(twice.settings.disk == "/srv");
  check_only_message(
      load({{"limpet"}, {"", "data_dir", "/srv ; on the SSD"}}), Severity::kWarning,
      "a.ini, line 2: [limpet] data_dir = /srv ; on the SSD: all of this is taken as the value. A comment "
      "needs a line of its own.");
}

TEST_CASE("a line that is no entry is repeated only when it cannot be a secret") {
  fakes::FakeMachine machine;
  Loader loader(config::table(), machine);
  loader.begin_source({Source::Kind::kFile, "a.ini", false});
  loader.on_mistake(1, "interval 10s", "this line has no =.");
  loader.on_mistake(2, "hunter2", "this line has no =.");
  loader.on_mistake(3, "api_pasword hunter2", "this line has no =.");
  loader.on_mistake(4, "[heartbeat", "the ] is missing.");
  const Loaded loaded = loader.finish();
  REQUIRE(loaded.messages.size() == 4);
  CHECK(loaded.messages[0].text == "a.ini, line 1: \"interval 10s\": this line has no =.");
  CHECK(loaded.messages[1].text == "a.ini, line 2: this line has no =.");
  CHECK(loaded.messages[2].text == "a.ini, line 3: this line has no =.");
  CHECK(loaded.messages[3].text == "a.ini, line 4: \"[heartbeat\": the ] is missing.");
}

TEST_CASE("the environment outranks the .env file, that the INI file, and a key's own name an older one") {
  struct Variable {
    Source::Kind kind;
    const char* name;
    const char* value;
  };
  const struct {
    const char* reason;
    std::vector<Variable> variables;
    const char* level;
    const char* about;
  } cases[] = {
      {"the file alone", {}, "error", "a.ini, line 2: [limpet] log_level = error"},
      {"a .env file",
       {{Source::Kind::kEnvFile, "LOG_LEVEL", "WARNING"}},
       "warn",
       "b.env, line 3: LOG_LEVEL, for [limpet] log_level = warn"},
      {"the last of two in a .env file",
       {{Source::Kind::kEnvFile, "LOG_LEVEL", "WARNING"}, {Source::Kind::kEnvFile, "LOG_LEVEL", "DEBUG"}},
       "debug",
       "b.env, line 3: LOG_LEVEL, for [limpet] log_level = debug"},
      {"the environment, with the older name, over a .env file's own name",
       {{Source::Kind::kEnvFile, "LIMPET_LIMPET_LOG_LEVEL", "warn"},
        {Source::Kind::kEnvironment, "LOG_LEVEL", "DEBUG"}},
       "debug",
       "environment: LOG_LEVEL, for [limpet] log_level = debug"},
      {"the own name over the older one, in whatever order",
       {{Source::Kind::kEnvironment, "LIMPET_LIMPET_LOG_LEVEL", "info"},
        {Source::Kind::kEnvironment, "LOG_LEVEL", "DEBUG"}},
       "info",
       "environment: LIMPET_LIMPET_LOG_LEVEL, for [limpet] log_level = info"},
      {"an empty older name is none",
       {{Source::Kind::kEnvironment, "LOG_LEVEL", ""}},
       "error",
       "a.ini, line 2: [limpet] log_level = error"},
  };
  for (const auto& test : cases) {
    CAPTURE(test.reason);
    fakes::FakeMachine machine;
    Loader loader(config::table(), machine);
    feed(loader, {{"limpet"}, {"", "log_level", "error"}});
    for (const Source::Kind kind : {Source::Kind::kEnvFile, Source::Kind::kEnvironment}) {
      loader.begin_source({kind, kind == Source::Kind::kEnvFile ? "b.env" : "", false});
      for (const Variable& variable : test.variables) {
        if (variable.kind == kind) loader.on_variable(3, variable.name, variable.value);
      }
    }
    const Loaded loaded = loader.finish();
    CHECK(loaded.ok());
    CHECK(loaded.messages.empty());
    CHECK(loaded.about("limpet", "log_level") == test.about);
  }
}

TEST_CASE("an own name that is empty is an empty value") {
  fakes::FakeMachine machine;
  Loader loader(config::table(), machine);
  loader.begin_source({Source::Kind::kEnvironment, {}, false});
  loader.on_variable(0, "LIMPET_HEARTBEAT_PROBE", "");
  CHECK(loader.finish().settings.probe.empty());
}

TEST_CASE("what is wrong in a file is told even where the environment outranks it") {
  fakes::FakeMachine machine;
  Loader loader(config::table(), machine);
  feed(loader, {{"limpet"}, {"", "log_level", "loud"}});
  loader.begin_source({Source::Kind::kEnvironment, {}, false});
  loader.on_variable(0, "LOG_LEVEL", "DEBUG");
  CHECK(loader.finish().errors == 1);
}

TEST_CASE("names that nobody knows: ours are a warning, those in a .env file a note, all others nothing") {
  fakes::FakeMachine machine;
  Loader loader(config::table(), machine);
  loader.begin_source({Source::Kind::kEnvFile, "b.env", false});
  loader.on_variable(1, "WEATHER_TOKEN", "hunter2");
  loader.on_variable(2, "LIMPET_STORE_KEEPRAW", "hunter2");
  loader.begin_source({Source::Kind::kEnvironment, {}, false});
  loader.on_variable(0, "PATH", "/bin");
  loader.on_variable(0, "LIMPET_WEATHER", "hunter2");
  const Loaded loaded = loader.finish();
  CHECK(loaded.ok());
  REQUIRE(loaded.messages.size() == 3);
  CHECK(loaded.messages[0].severity == Severity::kNote);
  CHECK(loaded.messages[0].text == "b.env, line 1: WEATHER_TOKEN: not a name that Limpet knows; left alone.");
  CHECK(loaded.messages[1].severity == Severity::kWarning);
  CHECK(loaded.messages[1].text ==
        "b.env, line 2: LIMPET_STORE_KEEPRAW: there is no key of this name. Did you mean LIMPET_STORE_KEEP_RAW?");
  CHECK(loaded.messages[2].text ==
        "environment: LIMPET_WEATHER: there is no key of this name. The names are LIMPET_SECTION_KEY, as in "
        "LIMPET_LIMPET_DATA_DIR.");
}

TEST_CASE("values from files, and the sign for it as a value") {
  fakes::FakeMachine machine;
  machine.files = {{"/run/name", {"attic\r\n", false}}, {"/run/two", {"a\nb\n", false}}};
  const struct {
    const char* reason;
    const char* value;
    const char* name;
  } cases[] = {
      {"without the line's end", "@/run/name", "attic"},
      {"two of them are one", "@@/run/name", "@/run/name"},
      {"no path behind it", "@home", "@home"},
      {"not at the start", "me@/run/name", "me@/run/name"},
  };
  for (const auto& test : cases) {
    CAPTURE(test.reason);
    Loader loader(config::table(), machine);
    feed(loader, {{"limpet"}, {"", "host_name", test.value}});
    const Loaded loaded = loader.finish();
    CHECK(loaded.ok());
    CHECK(loaded.settings.host_name == test.name);
  }
  Loader loader(config::table(), machine);
  feed(loader, {{"limpet"}, {"", "host_name", "@/run/two"}});
  const Loaded loaded = loader.finish();
  REQUIRE(loaded.errors == 1);
  CHECK(loaded.messages[0].text.starts_with("a.ini, line 2: [limpet] host_name = @/run/two: this is not plain text"));
}

TEST_CASE("a secret is in no message") {
  fakes::FakeMachine machine;
  machine.files = {{"/run/secret", {"hunter2\n", false}}, {"/run/open", {"/hunter2\n", true}}};
  const struct {
    const char* reason;
    std::vector<Entry> entries;
    const char* text;
  } cases[] = {
      {"refused",
       {{"mqtt"}, {"", "password", "hunter2"}},
       "a.ini, line 2: [mqtt] password: expected a path that begins with /."},
      {"refused, and a suggestion made of it would be right",
       {{"mqtt"}, {"", "password", "hunter2/"}},
       "a.ini, line 2: [mqtt] password: expected a path that begins with /."},
      {"refused, from a file",
       {{"mqtt"}, {"", "password", "@/run/secret"}},
       "a.ini, line 2: [mqtt] password = @/run/secret: expected a path that begins with /."},
      {"its file is not there",
       {{"mqtt"}, {"", "password", "@/run/gone"}},
       "a.ini, line 2: [mqtt] password = @/run/gone: this file cannot be read: No such file or directory."},
      {"given twice",
       {{"mqtt"}, {"", "password", "/hunter2"}, {"", "password", "/hunter3"}},
       "a.ini, line 3: [mqtt] password: this key stands in line 2 already. Keep one of the two."},
      {"behind a misspelt key",
       {{"mqtt"}, {"", "pwassword", "hunter2"}},
       "a.ini, line 2: [mqtt] pwassword: there is no such key. Did you mean password?"},
      {"not UTF-8",
       {{"mqtt"}, {"", "password", "hunter2\xFF"}},
       "a.ini, line 2: [mqtt] password: this is not plain text: it has bytes that are not UTF-8, or a line break "
       "inside."},
  };
  for (const auto& test : cases) {
    CAPTURE(test.reason);
    Loader loader(kSecretRows, machine);
    feed(loader, test.entries);
    check_only_message(loader.finish(), Severity::kError, test.text);
  }
}

TEST_CASE("a secret that others can read is a warning, whichever file it stands in") {
  fakes::FakeMachine machine;
  machine.files = {{"/run/open", {"/hunter2\n", true}}};
  SUBCASE("the INI file") {
    Loader loader(kSecretRows, machine);
    feed(loader, {{"mqtt"}, {"", "password", "/hunter2"}, {"", "broker", "a"}}, true);
    check_only_message(
        loader.finish(), Severity::kWarning,
        "a.ini, line 2: [mqtt] password: every user of this box can read this secret. Run: chmod o-r a.ini");
  }
  SUBCASE("a file that it names") {
    Loader loader(kSecretRows, machine);
    feed(loader, {{"mqtt"}, {"", "password", "@/run/open"}});
    check_only_message(
        loader.finish(), Severity::kWarning,
        "a.ini, line 2: [mqtt] password: every user of this box can read this secret. Run: chmod o-r /run/open");
  }
  SUBCASE("a secret in a closed file, named in an open one, is closed") {
    machine.files[0].content.readable_by_others = false;
    Loader loader(kSecretRows, machine);
    feed(loader, {{"mqtt"}, {"", "password", "@/run/open"}}, true);
    CHECK(loader.finish().messages.empty());
  }
}

TEST_CASE("more mistakes than anybody reads are counted") {
  fakes::FakeMachine machine;
  Loader loader(config::table(), machine);
  loader.begin_source({Source::Kind::kFile, "a.ini", false});
  loader.on_section(1, "limpet");
  const unsigned mistakes = base::limits::kConfigErrors + 12;
  for (unsigned i = 0; i < mistakes; ++i) loader.on_entry(i + 2, "weather", "fine");
  const Loaded loaded = loader.finish();
  CHECK(loaded.errors == mistakes);
  REQUIRE(loaded.messages.size() == base::limits::kConfigErrors + 1);
  CHECK(loaded.messages.back().text == "and 12 more mistakes, not shown here.");
}

TEST_CASE("processes have sections of their own, as many as there are") {
  const Loaded loaded = load({{"process web"},
                              {"", "match", "/usr/bin/web --port 80"},
                              {"process backup.sh"},
                              {"", "pidfile", "/run/backup.pid"},
                              {"", "match", "*backup.sh"},
                              {"", "user", "limpet"},
                              {"", "restart", "/etc/init.d/backup \"a b\""}});
  REQUIRE(loaded.ok());
  CHECK(loaded.messages.empty());
  CHECK(loaded.settings.processes == std::vector<config::ProcessSettings>{{"web", "/usr/bin/web --port 80", ""},
                                                                          {"backup.sh", "*backup.sh", "/run/backup.pid",
                                                                           "/etc/init.d/backup \"a b\"", "limpet"}});
}

TEST_CASE("what is wrong with a process's section") {
  const struct {
    std::vector<Entry> entries;
    std::string_view text;
  } cases[] = {
      {{{"process"}, {"", "match", "x"}}, "[process]: expected a name of letters, digits"},
      {{{"process a b"}, {"", "match", "x"}}, "[process a b]: expected a name of letters, digits"},
      {{{"process web"}}, "[process web]: expected match or pidfile"},
      {{{"process web"}, {"", "match", "x"}, {"process web"}}, "this process has a section already"},
      {{{"process web"}, {"", "match", "x"}, {"", "group", "me"}},
       "there is no such key. The keys of [process NAME] are"},
      {{{"process web"}, {"", "match", "x"}, {"", "match", "y"}}, "this key stands here already"},
      {{{"process web"}, {"", "match", "x"}, {"", "pidfile", "run"}}, "expected a path that begins with a slash"},
      {{{"process web"}, {"", "match", "x"}, {"", "restart", "service web restart"}}, "expected a command that begins"},
      {{{"process web"}, {"", "match", "x"}, {"", "restart", "/bin/web \"a"}}, "each \" closed again"},
      {{{"process web"}, {"", "match", "x"}, {"", "user", "limpet"}}, "expected restart with user"},
      {{{"process web"}, {"", "match", "x"}, {"", "restart", "/bin/web"}, {"", "user", "me"}}, "nobody knows this"},
      {{{"process web"}, {"", "pidfile", "/x"}, {"", "match", ""}}, "expected the beginning of a command line"},
  };
  for (const auto& c : cases) {
    const Loaded loaded = load(c.entries);
    CAPTURE(c.text);
    REQUIRE(loaded.messages.size() == 1);
    CHECK_FALSE(loaded.ok());
    CHECK(loaded.messages[0].text.find(c.text) != std::string::npos);
  }
}

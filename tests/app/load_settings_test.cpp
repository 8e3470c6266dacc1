// SPDX-License-Identifier: MIT
#include "app/load_settings.h"

#include <doctest/doctest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <string>
#include <vector>

#include "config/reference.h"
#include "config/row_value.h"
#include "config/table.h"
#include "fakes/known_sections.h"
#include "fakes/temporary_folder.h"

using config::Loaded;
using config::Severity;
using namespace std::chrono_literals;

namespace {

Loaded load(const std::string& path) { return app::load_settings({.config_file = path, .config_file_given = true}); }

// Everything that is said, a line each, with the file's own path as FILE.
std::string told(const Loaded& loaded, const std::string& path) {
  std::string all;
  for (const config::Message& message : loaded.messages) {
    std::string line = message.text;
    for (std::size_t at = line.find(path); at != std::string::npos; at = line.find(path)) {
      line.replace(at, path.size(), "FILE");
    }
    all += line + "\n";
  }
  return all;
}

}  // namespace

TEST_CASE("a file with twenty mistakes: each is told with file, line, key, value, what is expected, and the nearest") {
  const fakes::TemporaryFolder folder;
  const std::string path = folder.write("limpet.ini",
                                        "log_level = info\n"
                                        "[limpet]\n"
                                        "host_nam = attic\n"
                                        "data_dir = var/lib/limpet\n"
                                        "log_level = inf\n"
                                        "log_target = printer\n"
                                        "timezone = Amerika/Lima\n"
                                        "procfs_root \"/proc\"\n"
                                        "[hartbeat]\n"
                                        "interval = 17s\n"
                                        "interval = 10s\n"
                                        "probe = ftp://www.google.com\n"
                                        "probe_timeout = 2 seconds\n"
                                        "disk = \"/\"\n"
                                        "keep_raw = 7d\n"
                                        "[docker\n"
                                        "socket = docker.sock\n"
                                        "[weather]\n"
                                        "forecast = rain\n"
                                        "[store]\n"
                                        "flush_interval = 5m ; spares the card\n"
                                        "keep_raw = 4000d\n"
                                        "keep_minutes = ninety days\n"
                                        "max_size = 64MB\n"
                                        "= 5\n");
  const Loaded loaded = load(path);
  CHECK(loaded.errors == 22);
  CHECK(told(loaded, path) ==
        "FILE, line 1: log_level = info: this stands before any [section]. Did you mean [limpet] log_level?\n"
        "FILE, line 3: [limpet] host_nam = attic: there is no such key. Did you mean host_name?\n"
        "FILE, line 4: [limpet] data_dir = var/lib/limpet: expected a path that begins with /. Did you mean "
        "/var/lib/limpet?\n"
        "FILE, line 5: [limpet] log_level = inf: expected error, warn, info or debug. Did you mean info?\n"
        "FILE, line 6: [limpet] log_target = printer: expected stderr or syslog.\n"
        "FILE, line 7: [limpet] timezone = Amerika/Lima: this box knows no such time zone: expected a rule such as "
        "<-05>5 or CET-1CEST,M3.5.0,M10.5.0/3, a zone name such as America/Lima, or nothing.\n"
        "FILE, line 8: \"procfs_root \"/proc\"\": this line has no =. Write KEY = VALUE, or begin a comment with #.\n"
        "FILE, line 9: [hartbeat]: there is no such section. Did you mean [heartbeat]?\n"
        "FILE, line 10: [heartbeat] interval = 17s: expected a time from 10s to 1h that divides a day, such as 10s, "
        "30s or 5m. Did you mean 18s?\n"
        "FILE, line 11: [heartbeat] interval = 10s: this key stands in line 10 already. Keep one of the two.\n"
        "FILE, line 12: [heartbeat] probe = ftp://www.google.com: expected http(s)://HOST[:PORT][/PATH], "
        "tcp://HOST:PORT or icmp://HOST. Did you mean http://www.google.com?\n"
        "FILE, line 13: [heartbeat] probe_timeout = 2 seconds: expected a time from 100ms to 30s, such as 2s. Did you "
        "mean 2s?\n"
        "FILE, line 14: [heartbeat] disk = \"/\": expected a path that begins with /. Did you mean /? Values are "
        "written without quotes.\n"
        "FILE, line 15: [heartbeat] keep_raw = 7d: there is no such key. Did you mean [store] keep_raw?\n"
        "FILE, line 16: \"[docker\": the ] is missing. A section is written [NAME].\n"
        "FILE, line 17: [docker] socket = docker.sock: expected a path that begins with /, of at most 107 characters, "
        "or nothing. Did you mean /docker.sock?\n"
        "FILE, line 18: [weather]: there is no such section. The sections are " +
            fakes::known_sections() +
            ".\n"
            "FILE, line 21: [store] flush_interval = 5m ; spares the card: expected a time from 10s to 1h, such as "
            "10m. Did "
            "you mean 5m? A comment needs a line of its own.\n"
            "FILE, line 22: [store] keep_raw = 4000d: expected a time from 1h to 3650d, such as 7d.\n"
            "FILE, line 23: [store] keep_minutes = ninety days: expected a time from 1d to 3650d, such as 90d.\n"
            "FILE, line 24: [store] max_size = 64MB: expected a size from 1M to 16G, such as 64M. Did you mean 64M?\n"
            "FILE, line 25: there is nothing before the =. Write KEY = VALUE.\n");
}

TEST_CASE("the default file is right as it is, and with every key's comment mark taken away") {
  const fakes::TemporaryFolder folder;
  std::string text = config::default_file(config::table());
  const Loaded commented = load(folder.write("a.ini", text));
  CHECK_MESSAGE(commented.ok(), told(commented, {}));
  for (std::size_t at = text.find("\n;"); at != std::string::npos; at = text.find("\n;")) text.erase(at + 1, 1);
  const Loaded written = load(folder.write("b.ini", text));
  CHECK(written.ok());
  for (const config::Row& row : config::table()) {
    CAPTURE(row.key);
    CHECK_FALSE(written.origin(row).place.empty());
    CHECK(config::format_value(row, written.settings) == config::format_value(row, commented.settings));
  }
}

TEST_CASE("a file as a FAT partition and Windows' editor make it") {
  const fakes::TemporaryFolder folder;
  const std::string path = folder.write("a.ini", "\xEF\xBB\xBF[heartbeat]\r\n# caf\xE9\r\ninterval = 1m\r\n");
  const Loaded loaded = load(path);
  CHECK_MESSAGE(loaded.ok(), told(loaded, path));
  CHECK(loaded.settings.heartbeat_interval == 1min);
}

TEST_CASE("files that cannot be read") {
  const fakes::TemporaryFolder folder;
  const struct {
    const char* reason;
    std::string path;
    const char* told;
  } cases[] = {
      {"missing, though it was named", folder.file("missing"),
       "FILE: cannot be read: No such file or directory. limpet config prints a whole one to begin with.\n"},
      {"a folder", folder.file("."),
       "FILE: cannot be read: Is a directory. limpet config prints a whole one to begin with.\n"},
      {"too long", folder.write("long", std::string(65537, '#')),
       "FILE: cannot be read: File too large. limpet config prints a whole one to begin with.\n"},
      {"UTF-16", folder.write("utf16", std::string("\xFF\xFE[\0a\0", 6)),
       "FILE, line 1: the file is saved as UTF-16. Save it as UTF-8 (in Notepad: Save as, Encoding: UTF-8).\n"},
  };
  for (const auto& test : cases) {
    CAPTURE(test.reason);
    const Loaded loaded = load(test.path);
    CHECK(loaded.errors == 1);
    CHECK(told(loaded, test.path) == test.told);
  }
  const std::string missing = folder.file("missing.env");
  const Loaded without_env = app::load_settings({.config_file = "/dev/null", .env_file = missing});
  CHECK(told(without_env, missing) ==
        "FILE: cannot be read: No such file or directory. Name another file with --env-file, or leave that option "
        "out.\n");
}

TEST_CASE("the default file may be missing") {
  const fakes::TemporaryFolder folder;
  CHECK(app::load_settings({.config_file = folder.file("missing")}).ok());
  CHECK(app::load_settings({.config_file = folder.file("missing/below")}).ok());
}

TEST_CASE("file, .env file and environment together, with a value out of a file") {
  const fakes::TemporaryFolder folder;
  const std::string name = folder.write("name", "attic\n");
  const std::string ini =
      folder.write("a.ini", "[limpet]\nhost_name = @" + name + "\nlog_level = error\n[heartbeat]\ninterval = 1m\n");
  const std::string env = folder.write(".env", "export LOG_LEVEL='WARNING'\nLIMPET_HEARTBEAT_INTERVAL=30\n");
  const char* environment[] = {"LIMPET_HEARTBEAT_INTERVAL=15s", "NOTHING", "PATH=/bin", nullptr};
  const app::SettingsInputs inputs{
      .config_file = ini, .config_file_given = true, .env_file = env, .environment = environment};
  for (int again = 0; again < 2; ++again) {  // a reload keeps nothing of the time before
    const Loaded loaded = app::load_settings(inputs);
    CHECK_MESSAGE(loaded.messages.empty(), told(loaded, ini));
    CHECK(loaded.settings.host_name == "attic");
    CHECK(loaded.settings.log_level == base::log::Level::kWarn);
    CHECK(loaded.settings.heartbeat_interval == 15s);
  }
}

TEST_CASE("a probe's own judgement is told, without repeating the value") {
  const fakes::TemporaryFolder folder;
  const std::string path = folder.write("a.ini", "[heartbeat]\nprobe = http://a:0/\n");
  CHECK(told(load(path), path) ==
        "FILE, line 2: [heartbeat] probe = http://a:0/: the port must be from 1 to 65535: expected "
        "http(s)://HOST[:PORT][/PATH], tcp://HOST:PORT or icmp://HOST, or nothing.\n");
  const std::string secret = folder.write("b.ini", "[heartbeat]\nprobe = https://me:hunter2@a/\n");
  CHECK_FALSE(told(load(secret), secret).contains("hunter2"));
}

TEST_CASE("folders that are not there are a warning: they may come") {
  const fakes::TemporaryFolder folder;
  const std::string path = folder.write("a.ini",
                                        "[limpet]\nprocfs_root = /nowhere/proc\nsysfs_root = /nowhere/sys\n"
                                        "[heartbeat]\ndisk = /nowhere/usb\n");
  const Loaded loaded = load(path);
  CHECK(loaded.ok());
  CHECK(told(loaded, path) ==
        "FILE, line 2: [limpet] procfs_root = /nowhere/proc: procfs is not mounted there, so CPU, memory and load stay "
        "unknown.\n"
        "FILE, line 3: [limpet] sysfs_root = /nowhere/sys: sysfs is not mounted there, so temperatures stay unknown.\n"
        "FILE, line 5: [heartbeat] disk = /nowhere/usb: there is no such folder, so the disk's fill stays unknown.\n");
}

TEST_CASE("the time zone is checked, not set") {
  const fakes::TemporaryFolder folder;
  const char* const before = ::getenv("TZ");
  const std::string kept = before == nullptr ? "" : before;
  const Loaded loaded = load(folder.write("a.ini", "[limpet]\ntimezone = <-05>5\n"));
  CHECK(loaded.ok());
  const char* const after = ::getenv("TZ");
  CHECK((after == nullptr ? "" : after) == kept);
}

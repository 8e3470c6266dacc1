// SPDX-License-Identifier: MIT
#include "config/row_value.h"

#include <doctest/doctest.h>

#include "config/table.h"

namespace {

const config::Row& row(std::string_view section, std::string_view key) {
  const config::Row* found = config::find_row(config::table(), section, key);
  REQUIRE(found != nullptr);
  return *found;
}

}  // namespace

TEST_CASE("values that are taken, and how they are printed") {
  const struct {
    const char* section;
    const char* key;
    std::string text;
    std::string printed;
  } cases[] = {
      {"limpet", "host_name", "Living room", "Living room"},
      {"limpet", "host_name", "", ""},
      {"limpet", "data_dir", "/srv/limpet//", "/srv/limpet"},
      {"limpet", "data_dir", "/", "/"},
      {"limpet", "log_level", "WARNING", "warn"},
      {"limpet", "log_target", "syslog", "syslog"},
      {"heartbeat", "interval", "60", "1m"},
      {"heartbeat", "interval", "1h", "1h"},
      {"heartbeat", "probe_timeout", "2", "2s"},
      {"heartbeat", "probe_timeout", "250ms", "250ms"},
      {"heartbeat", "url", "https://worker.example/beat", "https://worker.example/beat"},
      {"heartbeat", "secret_key", "s3cr;t#=", "s3cr;t#="},
      {"heartbeat", "secret_key", std::string(512, 's'), std::string(512, 's')},
      {"heartbeat", "secret_key", "", ""},
      {"heartbeat", "body", "NONE", "none"},
      {"heartbeat", "confirm", "100", "100"},
      {"alerts", "heartbeat", "n8n , n8n", "n8n"},
      {"mqtt", "broker", "broker.lan", "broker.lan"},
      {"mqtt", "broker", "fe80::1%eth0", "fe80::1%eth0"},
      {"mqtt", "broker", "", ""},
      {"mqtt", "port", "0", "0"},
      {"mqtt", "port", "65535", "65535"},
      {"mqtt", "password", "right:#; x", "right:#; x"},
      {"mqtt", "topic_prefix", "home/conch", "home/conch"},
      {"mqtt", "topic_prefix", "Küche", "Küche"},
      {"wifi", "ssid", "Café Zoë #1; 2.4", "Café Zoë #1; 2.4"},
      {"wifi", "ssid", std::string(32, 's'), std::string(32, 's')},
      {"wifi", "password", "\"1234 67\"", "\"1234 67\""},
      {"wifi", "password", std::string(63, 'p'), std::string(63, 'p')},
      {"wifi", "password", std::string(64, 'F'), std::string(64, 'F')},
      {"wifi", "password", "", ""},
      {"wifi", "country", "PE", "PE"},
      {"mqtt", "tls", "Yes", "yes"},
      {"mqtt", "tls", "0", "no"},
      {"docker", "socket", "", ""},
      {"docker", "socket", "/" + std::string(106, 's'), "/" + std::string(106, 's')},
      {"disk", "mounts", "/, /mnt/usb", "/, /mnt/usb"},
      {"disk", "mounts", "", ""},
      {"network", "targets", "1.1.1.1, gateway, 2606:4700::1111, example.org,tcp://host:1",
       "1.1.1.1, gateway, 2606:4700::1111, example.org,tcp://host:1"},
      {"network", "targets", "", ""},
      {"heal", "kill", "java, worker-*,*-keep, exactly15letter", "java, worker-*,*-keep, exactly15letter"},
      {"heal", "kill", "", ""},
      {"disk", "cleanup", "/usr/bin/apt-get \"-o x=y\" clean", "/usr/bin/apt-get \"-o x=y\" clean"},
      {"disk", "cleanup", "", ""},
      {"store", "keep_raw", "2", "2d"},
      {"store", "max_size", "1024K", "1M"},
      {"store", "max_size", "100", "100M"},
  };
  for (const auto& test : cases) {
    CAPTURE(test.key);
    CAPTURE(test.text);
    config::Settings settings;
    REQUIRE_FALSE(config::set_value(row(test.section, test.key), test.text, settings));
    CHECK(config::format_value(row(test.section, test.key), settings) == test.printed);
  }
}

TEST_CASE("values that are refused say what was expected, suggest, and change nothing") {
  const struct {
    const char* section;
    const char* key;
    std::string text;
    const char* expected;
    const char* suggestion;
  } cases[] = {
      {"limpet", "host_name", std::string(65, 'h'), "at most 64", ""},
      {"limpet", "data_dir", "var/lib", "begins with /", "/var/lib"},
      {"disk", "mounts", "/,mnt", "paths that begin with /", ""},
      {"disk", "mounts", "/,,/mnt", "paths that begin with /", ""},
      {"disk", "warn", "101", "from 0 to 100", ""},
      {"network", "targets", "http://example.org", "names, addresses", ""},
      {"network", "targets", "tcp://example.org", "names, addresses", ""},
      {"network", "targets", "tcp://:80", "names, addresses", ""},
      {"network", "targets", "a b", "names, addresses", ""},
      {"network", "targets", "a,b,c,d,e", "up to four", ""},
      {"heal", "kill", "*", "not of stars alone", ""},
      {"disk", "cleanup", "rm -rf /tmp", "begins with a slash", ""},
      {"disk", "cleanup", "auto", "begins with a slash", ""},
      {"disk", "cleanup", "/bin/echo \"half", "begins with a slash", ""},
      {"disk", "cleanup", "/1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17", "at most 16 words", ""},
      {"heal", "kill", "java, **", "not of stars alone", ""},
      {"heal", "kill", "java,,x", "names of programs", ""},
      {"heal", "protect", "chromium-browser", "15 characters at most", ""},
      {"heartbeat", "secret_key", "two words", "without blanks", ""},
      {"heartbeat", "secret_key", "Schlüssel", "without blanks", ""},
      {"heartbeat", "secret_key", std::string(513, 's'), "at most 512", ""},
      {"heartbeat", "body", "metric", "metrics or none", "metrics"},
      {"heartbeat", "confirm", "0", "a number from 1 to 100", ""},
      {"heartbeat", "confirm", "101", "a number from 1 to 100", ""},
      {"heartbeat", "confirm", "2s", "a number from 1 to 100", ""},
      {"heartbeat", "confirm", "-1", "a number from 1 to 100", ""},
      {"alerts", "heartbeat", "n8m", "channels, separated by commas: n8n", "n8n"},
      {"alerts", "heartbeat", "", "channels, separated by commas: n8n", ""},
      {"alerts", "heartbeat", "n8n,", "channels, separated by commas: n8n", "n8n"},
      {"limpet", "data_dir", "", "begins with /", ""},
      {"limpet", "data_dir", "/" + std::string(4095, 'd'), "begins with /", ""},
      {"limpet", "log_level", "inf", "error, warn, info or debug", "info"},
      {"limpet", "log_target", "printer", "stderr or syslog", ""},
      {"heartbeat", "interval", "17s", "divides a day", "18s"},
      {"heartbeat", "interval", "1500ms", "from 10s to 1h", ""},
      {"heartbeat", "interval", "10500ms", "from 10s to 1h", ""},
      {"heartbeat", "interval", "9s", "from 10s to 1h", ""},
      {"heartbeat", "interval", "61m", "from 10s to 1h", ""},
      {"heartbeat", "interval", "10 sec", "from 10s to 1h", "10s"},
      {"heartbeat", "interval", "10S", "from 10s to 1h", "10s"},
      {"heartbeat", "interval", "", "from 10s to 1h", ""},
      {"heartbeat", "probe_timeout", "99ms", "from 100ms to 30s", ""},
      {"docker", "socket", "/" + std::string(107, 's'), "107", ""},
      {"http", "socket", "limpet.sock", "begins with /", "/limpet.sock"},
      {"mqtt", "broker", "mqtt://broker.lan:1883/", "without port", "broker.lan"},
      {"mqtt", "broker", "192.0.2.1:1883", "without port", "192.0.2.1"},
      {"mqtt", "broker", "my broker", "without port", ""},
      {"mqtt", "port", "65536", "a number from 0 to 65535", ""},
      {"mqtt", "password", std::string(513, 'p'), "at most 512", ""},
      {"mqtt", "topic_prefix", "", "such as conch", ""},
      {"mqtt", "topic_prefix", "/conch/#", "such as conch", "conch"},
      {"mqtt", "topic_prefix", "a/+/b", "such as conch", ""},
      {"mqtt", "topic_prefix", std::string(129, 't'), "such as conch", ""},
      {"wifi", "ssid", std::string(33, 's'), "at most 32", ""},
      {"wifi", "password", "1234567", "8 to 63", ""},
      {"wifi", "password", "passwörter", "8 to 63", ""},
      {"wifi", "password", std::string(64, 'g'), "64 hexadecimal", ""},
      {"wifi", "password", std::string(65, 'f'), "8 to 63", ""},
      {"wifi", "country", "pe", "two capital letters", ""},
      {"wifi", "country", "PER", "two capital letters", ""},
      {"mqtt", "tls", "perhaps", "yes or no", ""},
      {"mqtt", "keepalive", "4s", "from 5s to 1h", ""},
      {"store", "keep_raw", "one week", "from 1h to 3650d", ""},
      {"store", "max_size", "64 bananas", "from 1M to 16G", ""},
      {"store", "max_size", "17G", "from 1M to 16G", ""},
  };
  for (const auto& test : cases) {
    CAPTURE(test.key);
    CAPTURE(test.text);
    const config::Row& tested = row(test.section, test.key);
    config::Settings settings;
    REQUIRE_FALSE(config::set_value(tested, tested.default_text, settings));
    const auto refusal = config::set_value(tested, test.text, settings);
    REQUIRE(refusal);
    CHECK_MESSAGE(refusal->expected.contains(test.expected), refusal->expected);
    CHECK(refusal->suggestion == test.suggestion);
    CHECK(config::format_value(tested, settings) == tested.default_text);
  }
}

TEST_CASE("a secret is shown as set or unset") {
  const config::Row secret = {
      .section = "mqtt", .key = "password", .member = &config::Settings::host_name, .default_text = "", .secret = true};
  config::Settings settings;
  CHECK(config::shown_value(secret, settings) == "unset");
  REQUIRE_FALSE(config::set_value(secret, "hunter2", settings));
  CHECK(config::shown_value(secret, settings) == "set");
  CHECK(config::format_value(secret, settings) == "hunter2");
}

// SPDX-License-Identifier: MIT
#include "config/cross_check.h"

#include <doctest/doctest.h>

#include <string>

using namespace std::chrono_literals;

namespace {

config::Settings sound_settings() {
  config::Settings settings;
  settings.data_dir = "/var/lib/limpet";
  settings.heartbeat_interval = 10s;
  settings.probe_timeout = 2s;
  settings.keep_raw = 168h;
  settings.keep_minutes = 2160h;
  return settings;
}

}  // namespace

TEST_CASE("a probe must end before the next cycle begins") {
  config::Settings settings = sound_settings();
  settings.probe_timeout = 9999ms;
  CHECK(config::find_conflicts(settings).empty());
  settings.probe_timeout = 10s;
  REQUIRE(config::find_conflicts(settings).size() == 1);
  CHECK(config::find_conflicts(settings)[0].key == "probe_timeout");
  CHECK(config::find_conflicts(settings)[0].other_key == "interval");
}

TEST_CASE("the Worker is asked after the probe, and both must end before the next cycle begins") {
  config::Settings settings = sound_settings();
  settings.worker_url = "https://worker.example";
  settings.worker_secret = "secret";
  settings.n8n_url = "http://n8n.example";
  settings.worker_timeout = 7999ms;
  CHECK(config::find_conflicts(settings).empty());
  settings.worker_timeout = 8s;
  REQUIRE(config::find_conflicts(settings).size() == 1);
  CHECK(config::find_conflicts(settings)[0].key == "timeout");
  CHECK(config::find_conflicts(settings)[0].severity == config::Severity::kError);
  settings.worker_url.clear();
  settings.worker_secret.clear();
  CHECK(config::find_conflicts(settings).empty());
}

TEST_CASE("what would do nothing for the network is mentioned") {
  config::Settings settings = sound_settings();
  settings.network_targets = "gateway";
  settings.network_bounce_default = true;
  REQUIRE(config::find_conflicts(settings).size() == 1);
  CHECK(config::find_conflicts(settings)[0].other_key == "bounce");
  settings.network_bounce = settings.heal_reboot = true;
  CHECK(config::find_conflicts(settings).empty());
  settings.network_targets.clear();
  REQUIRE(config::find_conflicts(settings).size() == 1);
  CHECK(config::find_conflicts(settings)[0].key == "reboot");
}

TEST_CASE("processes that may be stopped, and nobody who would see the need") {
  config::Settings settings = sound_settings();
  settings.heal_kill = "java";
  settings.memory_warn = settings.cpu_warn = 0;
  REQUIRE(config::find_conflicts(settings).size() == 1);
  CHECK(config::find_conflicts(settings)[0].key == "kill");
}

TEST_CASE("a cleanup of a disk that nobody looks at") {
  config::Settings settings = sound_settings();
  settings.disk_cleanup = "/bin/true";
  settings.disk_warn = 0;
  REQUIRE(config::find_conflicts(settings).size() == 1);
  CHECK(config::find_conflicts(settings)[0].key == "cleanup");
}

TEST_CASE("a Worker's address without the secret, the secret without an address, and nobody to tell are mentioned") {
  config::Settings settings = sound_settings();
  settings.n8n_url = "http://n8n.example";
  settings.worker_url = "https://worker.example";
  REQUIRE(config::find_conflicts(settings).size() == 1);
  CHECK(config::find_conflicts(settings)[0].severity == config::Severity::kWarning);
  CHECK(config::find_conflicts(settings)[0].other_key == "secret_key");
  settings.worker_secret = "secret";
  CHECK(config::find_conflicts(settings).empty());
  settings.n8n_url.clear();
  REQUIRE(config::find_conflicts(settings).size() == 1);
  CHECK(config::find_conflicts(settings)[0].severity == config::Severity::kNote);
  settings.worker_url.clear();
  REQUIRE(config::find_conflicts(settings).size() == 1);
  CHECK(config::find_conflicts(settings)[0].severity == config::Severity::kWarning);
  CHECK(config::find_conflicts(settings)[0].key == "secret_key");
}

TEST_CASE("a password for nobody, of nobody, or that everybody can read is mentioned") {
  config::Settings settings = sound_settings();
  settings.mqtt_broker = "broker.lan";
  CHECK(config::find_conflicts(settings).empty());
  settings.mqtt_username = "limpet";
  settings.mqtt_password = "secret";
  REQUIRE(config::find_conflicts(settings).size() == 1);
  CHECK(config::find_conflicts(settings)[0].severity == config::Severity::kNote);
  settings.mqtt_tls = true;
  CHECK(config::find_conflicts(settings).empty());
  settings.mqtt_broker.clear();
  REQUIRE(config::find_conflicts(settings).size() == 1);
  CHECK(config::find_conflicts(settings)[0].severity == config::Severity::kWarning);
  settings.mqtt_broker = "broker.lan";
  settings.mqtt_username.clear();
  REQUIRE(config::find_conflicts(settings).size() == 1);
  CHECK(config::find_conflicts(settings)[0].severity == config::Severity::kError);
}

TEST_CASE("the broker's port follows from tls unless it is given") {
  config::Settings settings = sound_settings();
  config::derive(settings);
  CHECK(settings.mqtt_port == 1883);
  settings.mqtt_port = 0;
  settings.mqtt_tls = true;
  config::derive(settings);
  CHECK(settings.mqtt_port == 8883);
  settings.mqtt_port = 443;
  config::derive(settings);
  CHECK(settings.mqtt_port == 443);
}

TEST_CASE("rows a minute are kept at least as long as the raw ones that they are made of") {
  config::Settings settings = sound_settings();
  settings.keep_minutes = settings.keep_raw;
  CHECK(config::find_conflicts(settings).empty());
  settings.keep_minutes -= 1s;
  REQUIRE(config::find_conflicts(settings).size() == 1);
  CHECK(config::find_conflicts(settings)[0].key == "keep_minutes");
}

TEST_CASE("the socket lies in the data folder unless it is given, and its path must not be too long for the kernel") {
  config::Settings settings = sound_settings();
  config::derive(settings);
  CHECK(settings.http_socket == "/var/lib/limpet/limpet.sock");

  settings.http_socket = "/run/limpet.sock";
  config::derive(settings);
  CHECK(settings.http_socket == "/run/limpet.sock");

  settings.http_socket.clear();
  settings.data_dir = "/" + std::string(94, 'd');
  config::derive(settings);
  CHECK(settings.http_socket.size() == 107);
  CHECK(config::find_conflicts(settings).empty());

  settings.http_socket.clear();
  settings.data_dir += "d";
  config::derive(settings);
  REQUIRE(config::find_conflicts(settings).size() == 1);
  CHECK(config::find_conflicts(settings)[0].key == "data_dir");
}

TEST_CASE("an address that others can reach needs a key, or networks that are trusted") {
  config::Settings settings = sound_settings();
  for (const char* own : {"", "127.0.0.1:8080", "127.0.0.1:8080, [::1]:8080"}) {
    CAPTURE(own);
    settings.http_listen = own;
    CHECK(config::find_conflicts(settings).empty());
  }
  for (const char* open : {"0.0.0.0:8080", "127.0.0.1:8080, 192.168.1.5:80", "[::]:8080"}) {
    CAPTURE(open);
    settings = sound_settings();
    settings.http_listen = open;
    REQUIRE(config::find_conflicts(settings).size() == 1);
    CHECK(config::find_conflicts(settings)[0].key == "listen");
    CHECK(config::find_conflicts(settings)[0].severity == config::Severity::kError);
    settings.instances_trust = "192.168.0.0/16";
    CHECK(config::find_conflicts(settings).empty());
    settings.instances_trust.clear();
    settings.http_api_key = "0123456789abcdef";
    CHECK(config::find_conflicts(settings).empty());
  }
}

TEST_CASE("a key that is too long to be kept is refused, a short one is mentioned") {
  config::Settings settings = sound_settings();
  settings.http_api_key = std::string(201, 'k');
  REQUIRE(config::find_conflicts(settings).size() == 1);
  CHECK(config::find_conflicts(settings)[0].severity == config::Severity::kError);
  settings.http_api_key = "short";
  REQUIRE(config::find_conflicts(settings).size() == 1);
  CHECK(config::find_conflicts(settings)[0].severity == config::Severity::kWarning);
}

TEST_CASE("a helper that runs apart has a key worth the name") {
  config::Settings settings = sound_settings();
  settings.helper_key = "short";
  CHECK_MESSAGE(config::find_conflicts(settings).empty(), "nobody asks for it");
  settings.helper_socket = "/run/limpet/helper.sock";
  for (const std::string& key : {std::string(), std::string(15, 'k'), std::string(201, 'k')}) {
    CAPTURE(key);
    settings.helper_key = key;
    REQUIRE(config::find_conflicts(settings).size() == 1);
    CHECK(config::find_conflicts(settings)[0].key == "key");
    CHECK(config::find_conflicts(settings)[0].severity == config::Severity::kError);
  }
  for (const std::size_t length : {16U, 200U}) {
    settings.helper_key = std::string(length, 'k');
    CHECK(config::find_conflicts(settings).empty());
  }
}

TEST_CASE("the marks of a sensor stand in their order, unless it is not watched") {
  struct Case {
    const char* reason;
    std::uint32_t warn, critical, clear;
    const char* key;  // of the one conflict; empty: none
  };
  const Case cases[] = {{"in order", 75, 82, 70, ""},
                        {"all the same", 75, 75, 75, ""},
                        {"never critical", 75, 0, 70, ""},
                        {"not watched", 0, 10, 70, ""},
                        {"never well again", 75, 82, 76, "clear"},
                        {"critical below warn", 75, 74, 70, "critical"}};
  for (const Case& c : cases) {
    CAPTURE(c.reason);
    config::Settings settings = sound_settings();
    settings.temperature_warn = c.warn;
    settings.temperature_critical = c.critical;
    settings.temperature_clear = c.clear;
    const auto conflicts = config::find_conflicts(settings);
    REQUIRE(conflicts.size() == (*c.key == '\0' ? 0 : 1));
    if (conflicts.empty()) continue;
    CHECK(conflicts[0].section == "temperature");
    CHECK(conflicts[0].key == c.key);
    CHECK(conflicts[0].severity == config::Severity::kError);
  }
}

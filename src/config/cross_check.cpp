// SPDX-License-Identifier: MIT
#include "config/cross_check.h"

#include <algorithm>

#include "base/listen_address.h"

namespace config {
namespace {

constexpr std::size_t kLongestSocketPath = 107;  // sun_path without its NUL, unix(7)

constexpr std::size_t kLongestKey = 200;  // what the server keeps of one, and the helper is sent
constexpr std::size_t kShortestKey = 16;

struct SensorMarks {
  std::string_view section;
  std::uint32_t Settings::*warn;
  std::uint32_t Settings::*critical;
  std::uint32_t Settings::*clear;
};
constexpr SensorMarks kSensors[] = {
    {"cpu", &Settings::cpu_warn, &Settings::cpu_critical, &Settings::cpu_clear},
    {"memory", &Settings::memory_warn, &Settings::memory_critical, &Settings::memory_clear},
    {"load", &Settings::load_warn, &Settings::load_critical, &Settings::load_clear},
    {"zombies", &Settings::zombies_warn, &Settings::zombies_critical, &Settings::zombies_clear},
    {"temperature", &Settings::temperature_warn, &Settings::temperature_critical, &Settings::temperature_clear},
    {"disk", &Settings::disk_warn, &Settings::disk_critical, &Settings::disk_clear},
};

// A sensor that is not watched has no marks.
void check_marks(const Settings& settings, std::vector<Conflict>& conflicts) {
  for (const SensorMarks& sensor : kSensors) {
    const std::uint32_t warn = settings.*sensor.warn;
    const std::uint32_t critical = settings.*sensor.critical;
    if (warn == 0) continue;
    if (settings.*sensor.clear > warn) {
      conflicts.push_back({Severity::kError, sensor.section, "clear", sensor.section, "warn",
                           "expected clear not to be above warn: it could never be well again"});
    }
    if (critical > 0 && critical < warn) {
      conflicts.push_back({Severity::kError, sensor.section, "critical", sensor.section, "warn",
                           "expected critical not to be below warn"});
    }
  }
}

void check_helper(const Settings& settings, std::vector<Conflict>& conflicts) {
  const std::size_t length = settings.helper_key.size();
  if (!settings.helper_socket.empty() && (length < kShortestKey || length > kLongestKey)) {
    conflicts.push_back({Severity::kError, "helper", "key", "helper", "socket",
                         "expected 16 to 200 characters, as the helper acts as root: openssl rand -hex 32 makes a good "
                         "one"});
  }
}

}  // namespace

std::vector<Conflict> find_conflicts(const Settings& settings) {
  std::vector<Conflict> conflicts;
  // A cycle's row is written when its probe has ended: it must end before the next cycle begins.
  if (settings.probe_timeout >= settings.heartbeat_interval) {
    conflicts.push_back({Severity::kError, "heartbeat", "probe_timeout", "heartbeat", "interval",
                         "expected probe_timeout to be shorter than interval"});
  } else if (!settings.worker_url.empty() &&
             settings.probe_timeout + settings.worker_timeout >= settings.heartbeat_interval) {
    conflicts.push_back({Severity::kError, "heartbeat", "timeout", "heartbeat", "interval",
                         "expected timeout and probe_timeout together to be shorter than interval"});
  }
  if (!settings.worker_url.empty() && settings.worker_secret.empty()) {
    conflicts.push_back({Severity::kWarning, "heartbeat", "url", "heartbeat", "secret_key",
                         "without a secret_key the Worker cannot know this box from any other"});
  }
  if (settings.worker_url.empty() && !settings.worker_secret.empty()) {
    conflicts.push_back({Severity::kWarning, "heartbeat", "secret_key", "heartbeat", "url",
                         "without a url no Worker is told anything, and the secret_key is not used"});
  }
  if (!settings.worker_url.empty() && settings.n8n_url.empty()) {
    conflicts.push_back({Severity::kNote, "heartbeat", "url", "heartbeat", "notify_url",
                         "when the Worker's answer changes only the log tells it, as there is no notify_url"});
  }
  if (settings.mqtt_broker.empty() && !settings.mqtt_password.empty()) {
    conflicts.push_back({Severity::kWarning, "mqtt", "password", "mqtt", "broker",
                         "without a broker there is nobody to give the password to"});
  }
  if (settings.mqtt_username.empty() && !settings.mqtt_password.empty()) {
    conflicts.push_back({Severity::kError, "mqtt", "password", "mqtt", "username",
                         "expected a username with the password: MQTT has no password without one"});
  }
  if (!settings.mqtt_broker.empty() && !settings.mqtt_tls && !settings.mqtt_password.empty()) {
    conflicts.push_back({Severity::kNote, "mqtt", "password", "mqtt", "tls",
                         "without tls the password can be read by whoever sees the network's traffic"});
  }
  // Rows a minute are made of raw ones that go: kept for less time than those, they would be gone at once.
  if (settings.keep_minutes < settings.keep_raw) {
    conflicts.push_back({Severity::kError, "store", "keep_minutes", "store", "keep_raw",
                         "expected keep_minutes not to be shorter than keep_raw"});
  }
  if (settings.network_bounce_default && !settings.network_bounce) {
    conflicts.push_back({Severity::kWarning, "network", "bounce_default", "network", "bounce",
                         "without bounce no interface is taken down at all"});
  }
  if (settings.heal_reboot && settings.network_targets.empty()) {
    conflicts.push_back({Severity::kWarning, "heal", "reboot", "network", "targets",
                         "without targets nobody sees that the network is lost, and nothing is done about it"});
  }
  if (!settings.heal_kill.empty() && settings.memory_warn == 0 && settings.cpu_warn == 0) {
    conflicts.push_back(
        {Severity::kWarning, "heal", "kill", "memory", "warn",
         "without warn, here or under [cpu], nobody sees that something is short, and none is stopped"});
  }
  if (!settings.disk_cleanup.empty() && settings.disk_warn == 0) {
    conflicts.push_back({Severity::kWarning, "disk", "cleanup", "disk", "warn",
                         "without warn nobody sees that the disk is full, and nothing is cleaned up"});
  }
  check_marks(settings, conflicts);
  check_helper(settings, conflicts);
  const auto addresses = base::ListenAddress::parse_list(settings.http_listen);
  const bool reachable = addresses && std::ranges::any_of(*addresses, [](auto& a) { return !a.is_loopback(); });
  if (reachable && settings.http_api_key.empty() && settings.instances_trust.empty()) {
    conflicts.push_back({Severity::kError, "http", "listen", "http", "api_key",
                         "expected an api_key, since others can reach this address; or only 127.0.0.1 and [::1]"});
  }
  if (settings.http_api_key.size() > kLongestKey) {
    conflicts.push_back({Severity::kError, "http", "api_key", "http", "listen", "expected at most 200 characters"});
  } else if (!settings.http_api_key.empty() && settings.http_api_key.size() < kShortestKey) {
    conflicts.push_back({Severity::kWarning, "http", "api_key", "http", "listen",
                         "a key of fewer than 16 characters can be guessed: openssl rand -hex 16 makes a good one"});
  }
  if (settings.http_tls_cert.empty() != settings.http_tls_key.empty()) {
    conflicts.push_back({Severity::kError, "http", "tls_cert", "http", "tls_key", "expected both of them, or neither"});
  }
  if (settings.http_socket.size() > kLongestSocketPath) {
    conflicts.push_back(
        {Severity::kError, "limpet", "data_dir", "http", "socket",
         "expected a socket's path of at most 107 characters: a shorter data_dir, or a [http] socket of its own"});
  }
  return conflicts;
}

void derive(Settings& settings) {
  if (settings.mqtt_port == 0) settings.mqtt_port = settings.mqtt_tls ? 8883 : 1883;
  if (!settings.http_base_path.ends_with('/')) settings.http_base_path += '/';
  if (settings.http_socket.empty()) settings.http_socket = settings.data_dir + "/limpet.sock";
}

}  // namespace config

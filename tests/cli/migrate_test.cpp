// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <vector>

#include "app/load_settings.h"
#include "cli/command.h"
#include "cli/exit_status.h"
#include "config/row_value.h"
#include "config/table.h"
#include "fakes/captured_output.h"
#include "fakes/temporary_folder.h"

namespace {

struct Answer {
  int status;
  std::string out;
  std::string err;
};

Answer migrate(const std::vector<std::string>& arguments) {
  std::vector<const char*> pointers;
  for (const std::string& argument : arguments) pointers.push_back(argument.c_str());
  const fakes::CapturedOutput output;
  const int status = cli::migrate(pointers);
  return {status, output.out(), output.err()};
}

std::string older(std::string_view name) { return std::string(LIMPET_FIXTURES "/older/").append(name); }

// The keys that differ from their defaults in `text`, as one would write them: "mqtt.broker = localhost\n".
std::string settings_in(const std::string& text) {
  const fakes::TemporaryFolder folder;
  const std::string path = folder.write("limpet.ini", text);
  const config::Loaded loaded = app::load_settings({.config_file = path, .config_file_given = true});
  CHECK_MESSAGE(loaded.ok(), loaded.messages.front().text);
  std::string set;
  for (const config::Row& row : loaded.rows) {
    if (loaded.origin(row).place.empty()) continue;
    set.append(row.section).append(".").append(row.key).append(" = ");
    set.append(config::format_value(row, loaded.settings)).append("\n");
  }
  return set;
}

}  // namespace

TEST_CASE("the example of each program becomes a configuration that is right") {
  const struct {
    const char* program;
    std::vector<std::string> files;
    const char* settings;
  } cases[] = {
      {"Conch Monitor",
       {older("conch-monitor/.env"), older("conch-monitor/config/config.json"),
        older("conch-monitor/config/secrets.json")},
       "mqtt.broker = localhost\nmqtt.port = 1883\nmqtt.username = monitor\nmqtt.password = shell-of-the-sea\n"
       "mqtt.client_id = conch-monitor-attic\nmqtt.topic_prefix = conch\n"
       "conch.timeout = 30m\nconch.check_interval = 1m\nconch.status_interval = 5m\n"
       "pushover.token = app-token\npushover.user = user-key\n"},
      {"Service Monitor",
       {older("service-monitor/.env")},
       "limpet.log_level = info\ndocker.check_interval = 30s\ndocker.cooldown = 5m\n"
       "telegram.bot_token = 1234567890:AAE-abcdef_ghij\ntelegram.chat_id = -100200300\n"},
      {"Heartbeat Monitor",
       {older("heartbeat-monitor/.env")},
       "heartbeat.url = https://heartbeat.example.workers.dev\nheartbeat.secret_key = beat-beat\n"
       "heartbeat.notify_url = http://127.0.0.1:5678/webhook/heartbeat\n"},
      {"Terminal Monitor Server",
       {older("terminal-monitor/.env")},
       "instances.trust = 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, fc00::/7\n"
       "instances.check_interval = 5m\ninstances.stale_after = 10m\ninstances.max_notifications = 3\n"
       "http.listen = 0.0.0.0:5001\nslack.webhook_url = https://hooks.slack.example/services/T0/B0/xyz\n"},
  };
  for (const auto& test : cases) {
    CAPTURE(test.program);
    const Answer answer = migrate(test.files);
    CHECK_MESSAGE(answer.status == cli::kDone, answer.err);
    CHECK(settings_in(answer.out) == test.settings);
    CHECK_FALSE(answer.err.contains("error:"));
  }
}

TEST_CASE("what cannot be taken is told, a line each, and why") {
  const Answer server = migrate({older("terminal-monitor/.env")});
  CHECK(server.err.contains("line 2: DATABASE_URL: left out, as Limpet has its own database"));
  CHECK(server.err.contains("line 8: DEBUG: left out; log_level = debug says more.\n"));
  const Answer monitor = migrate({older("conch-monitor/config/config.json")});
  CHECK(monitor.err.contains("SECRETS_FILE: that file itself can be read by limpet migrate.\n"));
}

TEST_CASE("a file or a value that cannot be taken keeps nothing of the rest back") {
  const fakes::TemporaryFolder folder;
  const std::string env = folder.write(".env", "STALE_INSTANCE_THRESHOLD=soon\nMQTT_PORT=1884\n");
  const std::string json = folder.write("a.json", "{\"mqtt_broker\": ");
  const Answer answer = migrate({folder.file("nowhere"), json, env});
  CHECK(answer.status == cli::kFailed);
  CHECK(answer.err.contains("error: " + folder.file("nowhere") + ": cannot be read: No such file or directory.\n"));
  CHECK(answer.err.contains("error: " + json + ": it is not JSON.\n"));
  CHECK(answer.err.contains("for [instances] stale_after, = soon: expected a time"));
  CHECK(settings_in(answer.out) == "mqtt.port = 1884\n");
}

TEST_CASE("of two files the later one counts, also a JSON file that begins with a byte order mark") {
  const fakes::TemporaryFolder folder;
  const std::string env = folder.write(".env", "MQTT_BROKER=a.lan\n");
  const std::string json = folder.write("a.json", "\xEF\xBB\xBF {\"mqtt_broker\": \"b.lan\"}");
  CHECK(settings_in(migrate({env, json}).out) == "mqtt.broker = b.lan\n");
  CHECK(settings_in(migrate({json, env}).out) == "mqtt.broker = a.lan\n");
}

TEST_CASE("neither the environment nor a configuration is read, and a mistake on the command line is told") {
  const fakes::TemporaryFolder folder;
  const std::string env = folder.write(".env", "MQTT_BROKER=a.lan\n");
  ::setenv("LIMPET_MQTT_BROKER", "environment.lan", 1);
  CHECK(migrate({env}).out.contains("broker = a.lan\n"));
  ::unsetenv("LIMPET_MQTT_BROKER");
  CHECK(migrate({}).status == cli::kUsage);
  CHECK(migrate({"-c", "x.ini", env}).status == cli::kUsage);
  CHECK(migrate({"--env-file", env}).err.contains("name the files without an option"));
  CHECK(migrate({"--help"}).out.starts_with("limpet migrate FILE..."));
}

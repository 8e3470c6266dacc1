// SPDX-License-Identifier: MIT
#include "app/older_json.h"

#include <doctest/doctest.h>

#include <string>

#include "config/loader.h"
#include "config/row_value.h"
#include "fakes/fake_machine.h"

namespace {

constexpr config::Row kRows[] = {
    {.section = "mqtt", .key = "broker", .member = &config::Settings::mqtt_broker, .alias = "MQTT_BROKER"},
    {.section = "mqtt", .key = "username", .member = &config::Settings::mqtt_username, .alias = "MQTT_USERNAME"},
    {.section = "mqtt",
     .key = "password",
     .member = &config::Settings::mqtt_password,
     .alias = "MQTT_PASSWORD",
     .secret = true},
    {.section = "mqtt", .key = "tls", .member = &config::Settings::mqtt_tls, .default_text = "no", .alias = "MQTT_TLS"},
    {.section = "conch",
     .key = "timeout",
     .member = &config::Settings::conch_timeout,
     .default_text = "30m",
     .minimum = "1s",
     .maximum = "30d",
     .unit = "m",
     .alias = "CONCH_TIMEOUT_MINUTES"},
    {.section = "systemd", .key = "restart", .member = &config::Settings::systemd_watch},
};

struct Read {
  bool json = false;
  std::string taken;     // "mqtt.broker = b.lan\n", for each key that is set
  std::string messages;  // a line each
};

Read read(std::string_view text) {
  fakes::FakeMachine machine;
  config::Loader loader(kRows, machine);
  loader.begin_source({config::Source::Kind::kEnvFile, "a.json", false});
  Read result;
  result.json = app::parse_older_json(text, "attic", loader).has_value();
  const config::Loaded loaded = loader.finish();
  for (const config::Row& row : kRows) {
    if (loaded.origin(row).place.empty()) continue;
    result.taken.append(row.section).append(".").append(row.key).append(" = ");
    result.taken.append(config::format_value(row, loaded.settings)).append("\n");
  }
  for (const config::Message& message : loaded.messages) result.messages.append(message.text).append("\n");
  return result;
}

}  // namespace

TEST_CASE("what a JSON file of an older program says") {
  const struct {
    const char* reason;
    const char* text;
    const char* taken;
    const char* messages;
  } cases[] = {
      {"names as secrets.json has them", R"({"mqtt_username": "u", "mqtt_password": "p"})",
       "mqtt.username = u\nmqtt.password = p\n",
       "a.json: MQTT_PASSWORD, for [mqtt] password, with [mqtt] broker (not set): without a broker there is nobody to "
       "give the password to.\n"},
      {"sections and names as config.json has them",
       R"({"mqtt": {"broker_host": "b.lan"}, "monitoring": {"timeout_minutes": 15}})",
       "mqtt.broker = b.lan\nconch.timeout = 15m\n", ""},
      {"names as the environment has them", R"({"MQTT_BROKER": "b.lan"})", "mqtt.broker = b.lan\n", ""},
      {"yes and no, and nothing", R"({"mqtt": {"tls": true, "username": null}})", "mqtt.tls = yes\n", ""},
      {"an object that holds nothing", "{}", "", ""},
      {"a name that is not known", R"({"weather": "fine"})", "",
       "a.json: WEATHER: not a name that Limpet knows; left alone.\n"},
      {"the file that has the rest", R"({"secrets_file": "/x"})", "",
       "a.json: SECRETS_FILE: that file itself can be read by limpet migrate.\n"},
      {"a list where a text is wanted", R"({"mqtt": {"broker": ["a", "b"]}})", "",
       "a.json: broker: this is no text and no number; left alone.\n"},
      {"a fraction", R"({"conch_timeout_minutes": 1.5})", "",
       "a.json: conch_timeout_minutes: this is no text and no number; left alone.\n"},
      {"a value that is refused", R"({"conch_timeout_minutes": "soon"})", "",
       "a.json: CONCH_TIMEOUT_MINUTES, for [conch] timeout, = soon: expected a time from 1s to 30d, such as 30m.\n"},
      {"a list of services", R"(["nginx.service", " ssh.service "])", "systemd.restart = nginx.service, ssh.service\n",
       ""},
      {"a list that holds other things, too", R"(["nginx.service", 7, null, "", ["x"]])",
       "systemd.restart = nginx.service\n", ""},
      {"a list of none", "[]", "", ""},
      {"services of every box, of this one and of another",
       R"({"allow": [{"host": "*", "service": "a"}, {"host": "attic", "service": "b"}, {"host": "cellar", "service": "c"}]})",
       "systemd.restart = a, b\n", "a.json: c: that is for cellar, and this box is attic; left out.\n"},
      {"every service", R"({"allow": [{"host": "attic", "service": "*"}]})", "",
       "a.json: *: [systemd] restart takes the names of services, without stars; left out.\n"},
      {"rules that are none", R"({"allow": [7, {}, {"host": "*"}, {"host": 7, "service": 7}]})", "",
       "a.json: a rule without a service; left out.\na.json: a rule without a service; left out.\n"
       "a.json: a rule without a service; left out.\na.json: a rule without a service; left out.\n"},
      {"allow that is no list", R"({"allow": "all"})", "",
       "a.json: ALLOW: not a name that Limpet knows; left alone.\n"},
      {"no object and no list", "7", "", ""},
  };
  for (const auto& test : cases) {
    CAPTURE(test.reason);
    const Read result = read(test.text);
    CHECK(result.json);
    CHECK(result.taken == test.taken);
    CHECK(result.messages == test.messages);
  }
}

TEST_CASE("what is no JSON is told, and nothing of it taken") {
  std::string deep;
  for (int i = 0; i < 200; ++i) deep += R"({"mqtt":)";
  for (const std::string& text : {std::string("{"), std::string(R"({"mqtt_broker": "b")"), std::string("{} {}"), deep,
                                  std::string("{\"mqtt_broker\": \"\xFF\"}"), std::string()}) {
    CAPTURE(text);
    const Read result = read(text);
    CHECK_FALSE(result.json);
    CHECK(result.taken.empty());
  }
}

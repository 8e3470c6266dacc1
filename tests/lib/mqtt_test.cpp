// SPDX-License-Identifier: MIT
#include "lib/mqtt.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <functional>
#include <string>
#include <vector>

#include "base/limits.h"
#include "fakes/temporary_folder.h"
#include "lib/mqtt_heap.h"

namespace {

using namespace std::string_literals;
using rules::MqttVersion;

class Recorder final : public lib::MqttEvents {
 public:
  void on_mqtt_welcome(bool session_present) override {
    ++welcomes;
    present = session_present;
    if (on_welcome) on_welcome();
  }
  void on_mqtt_subscribed(std::span<const int> answer) override { granted.assign(answer.begin(), answer.end()); }
  void on_mqtt_message(std::string_view topic, std::string_view payload) override {
    messages.push_back(std::string(topic) + "=" + std::string(payload));
  }
  void on_mqtt_published(int number) override { published.push_back(number); }

  std::function<void()> on_welcome;
  int welcomes = 0;
  bool present = false;
  std::vector<int> granted;
  std::vector<std::string> messages;
  std::vector<int> published;
};

/// A client on whose other side the test is the broker.
struct Client {
  Client() {
    options.folder = folder.path();
    options.client_id = "limpet-box";
  }
  void connect(MqttVersion version) {
    if (!mqtt.is_open()) REQUIRE(mqtt.open(options));
    REQUIRE(mqtt.connect(version));
  }
  std::string take() {
    std::array<char, 4096> room;
    return {room.data(), mqtt.take(room)};
  }
  std::string error(std::string_view packet) {
    const auto given = mqtt.give(packet);
    return given ? std::string() : std::string(given.error().text());
  }

  fakes::TemporaryFolder folder;
  lib::MqttOptions options;
  Recorder seen;
  lib::Mqtt mqtt{seen};
};

const std::string kWelcome = "\x20\x02\x00\x00"s;
const std::string kWelcome5 = "\x20\x03\x00\x00\x00"s;

std::string message(int qos, int id, const std::string& payload) {
  std::string body = "\x00\x01t"s;
  if (qos > 0) body += {static_cast<char>(id / 256), static_cast<char>(id % 256)};
  body += payload;
  std::string packet(1, static_cast<char>(0x30 | qos << 1));
  if (body.size() < 128) return packet + static_cast<char>(body.size()) + body;
  return packet + static_cast<char>(body.size() % 128 | 128) + static_cast<char>(body.size() / 128) + body;
}

}  // namespace

TEST_CASE("a CONNECT waits as soon as it is connected, and says what it has to") {
  Client client;
  client.options.username = "name";
  client.options.password = "pass";
  client.options.will_topic = "status";
  client.options.will_payload = "offline";
  client.options.keepalive = std::chrono::seconds(60);
  client.connect(MqttVersion::k311);
  CHECK(client.take() ==
        "\x10\x33\x00\x04MQTT\x04\xec\x00\x3c\x00\x0alimpet-box\x00\x06status\x00\x07offline"
        "\x00\x04name\x00\x04pass"s);
  client.connect(MqttVersion::k5);
  const std::string connect = client.take();
  CHECK(connect.substr(2, 7) == "\x00\x04MQTT\x05"s);
  CHECK(connect.contains("\x11\xff\xff\xff\xff"s));  // the session never expires
  CHECK(connect.contains("\x21\x04\x00"s));          // 1024 messages without an acknowledgement
  CHECK(connect.contains("\x27\x00\x00\x20\x00"s));  // no packet over 8 KiB
  client.options.clean_session = true;
  REQUIRE(client.mqtt.open(client.options));
  client.connect(MqttVersion::k5);
  CHECK_FALSE(client.take().contains("\x11\xff\xff\xff\xff"s));
}

TEST_CASE("messages come, and are acknowledged") {
  for (const MqttVersion version : {MqttVersion::k311, MqttVersion::k5}) {
    Client client;
    client.seen.on_welcome = [&] {
      CHECK(client.mqtt.subscribe(std::vector<std::string>{"a/start", "a/complete"}));
      CHECK(client.mqtt.publish("a/status", "online", 0, true));
    };
    client.connect(version);
    client.take();
    const bool is_5 = version == MqttVersion::k5;
    CHECK(client.error(is_5 ? kWelcome5 : kWelcome).empty());
    CHECK(client.seen.welcomes == 1);
    const std::string sent = client.take();
    CHECK(sent.contains("a/start\x01\x00\x0a"s + "a/complete\x01"));
    CHECK(sent.contains("a/statusonline") == !is_5);
    CHECK(client.error(is_5 ? "\x90\x05\x00\x01\x00\x01\x87"s : "\x90\x04\x00\x01\x01\x80"s).empty());
    CHECK(client.seen.granted == std::vector<int>{1, is_5 ? 0x87 : 0x80});
    const std::string properties = is_5 ? "\x00"s : ""s;
    CHECK(client.error(message(1, 0x1234, properties + "{}")).empty());
    CHECK(client.error(message(0, 0, properties + "")).empty());
    CHECK(client.seen.messages == std::vector<std::string>{"t={}", "t="});
    CHECK(client.take() == "\x40\x02\x12\x34");
    CHECK(client.take().empty());
  }
}

TEST_CASE("a message of QoS 1 is kept until the broker confirmed it, over connections") {
  Client client;
  client.connect(MqttVersion::k311);
  const auto number = client.mqtt.publish("t", "x", 1, false);
  REQUIRE(number);
  CHECK(client.take().contains("\x00\x01t"s));
  CHECK(client.error(kWelcome).empty());
  client.connect(MqttVersion::k311);
  client.take();
  CHECK(client.error(kWelcome).empty());
  CHECK(client.take().contains("\x00\x01t"s));
  CHECK(client.seen.published.empty());
  CHECK(client.error("\x40\x02\x00"s + static_cast<char>(*number)).empty());
  CHECK(client.seen.published == std::vector<int>{*number});
}

TEST_CASE("why the broker refuses or ends it, for a person") {
  struct Case {
    std::string reason;
    MqttVersion version;
    bool welcome;
    std::string packet;
    std::string error;
    int refusal;
  };
  const Case cases[] = {
      {"a wrong password", MqttVersion::k311, false, "\x20\x02\x00\x04"s,
       "the broker refuses the username or the password", 4},
      {"the same in MQTT 5", MqttVersion::k5, false, "\x20\x03\x00\x86\x00"s,
       "the broker refuses the username or the password", 0x86},
      {"a broker of before MQTT 5", MqttVersion::k5, false, "\x20\x02\x00\x01"s,
       "the broker does not speak this version of MQTT", 1},
      {"such a broker that means to welcome MQTT 5", MqttVersion::k5, false, kWelcome,
       "the broker does not speak this version of MQTT", 0x84},
      {"another client took the session", MqttVersion::k5, true, "\xe0\x02\x8e\x00"s,
       "the broker gave the session to another client with the same client_id: each box needs its own", 0x8e},
      {"an end without a reason", MqttVersion::k5, true, "\xe0\x02\x00\x00"s, "the broker ended the connection", 0},
      {"a message before the welcome", MqttVersion::k311, false, message(1, 1, ""), "the broker breaks the rules", 0},
      {"a topic that is no UTF-8", MqttVersion::k311, true, "\x30\x03\x00\x01\xff"s, "", 0},
      {"a goodbye that 3.1.1 does not have", MqttVersion::k311, true, "\xe0\x00"s, "the broker breaks the rules", 0},
  };
  for (const Case& test : cases) {
    CAPTURE(test.reason);
    Client client;
    client.connect(test.version);
    client.take();
    if (test.welcome) REQUIRE(client.error(test.version == MqttVersion::k5 ? kWelcome5 : kWelcome).empty());
    const std::string error = client.error(test.packet);
    CHECK_FALSE(error.empty());
    CHECK_MESSAGE(error.starts_with(test.error), error);
    CHECK(client.mqtt.refusal() == test.refusal);
    // And again from the beginning.
    client.connect(test.version);
    CHECK_FALSE(client.take().empty());
  }
}

TEST_CASE("its memory is counted, given back, and never over the limit") {
  const std::size_t before = lib::mqtt_memory().used_bytes;
  {
    Client client;
    client.connect(MqttVersion::k311);
    client.take();
    REQUIRE(client.error(kWelcome).empty());
    CHECK(lib::mqtt_memory().used_bytes > before);
    CHECK(lib::mqtt_memory().refused == 0);
    // Messages of QoS 2 are kept until the broker confirms them: it may send as many as it likes.
    std::string error;
    int sent = 0;
    while (error.empty() && sent < 1000) error = client.error(message(2, ++sent, std::string(4000, 'x')));
    CHECK(error == "there is no memory left for what the broker sends");
    CHECK(sent < 20);
    CHECK(lib::mqtt_memory().refused > 0);
    CHECK(lib::mqtt_memory().peak_bytes <= base::limits::kMqttHeap + 4096);
  }
  CHECK(lib::mqtt_memory().used_bytes == before);
}

TEST_CASE("its socket leaves nothing behind, and lies in a folder however long its path is") {
  Client client;
  std::string folder = client.folder.path();
  for (int i = 0; i < 3; ++i) {
    folder += "/" + std::string(60, 'f');
    REQUIRE(::mkdir(folder.c_str(), 0700) == 0);
  }
  client.options.folder = folder;
  client.connect(MqttVersion::k5);
  CHECK_FALSE(client.take().empty());
  REQUIRE(::rmdir(folder.c_str()) == 0);
  client.connect(MqttVersion::k5);
  CHECK_FALSE(client.take().empty());
}

TEST_CASE("a folder that is not there is told") {
  Client client;
  client.options.folder = "/nowhere/at/all";
  const auto opened = client.mqtt.open(client.options);
  REQUIRE_FALSE(opened);
  CHECK(opened.error().text() == "make a socket for libmosquitto /nowhere/at/all: No such file or directory");
}

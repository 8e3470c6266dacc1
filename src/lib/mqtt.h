// SPDX-License-Identifier: MIT
// MQTT as a client, without a connection: what the broker sent is given to it, what the broker is to be sent is taken
// from it, and whoever holds the connection carries both (net/mqtt_relay.h). The wrapper over libmosquitto, which has
// no thread here, no network and no wait: it always speaks to a socket of ours (mqtt_door.h). All memory is
// libmosquitto's own (mqtt_heap.h), inside its limit.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "lib/mqtt_door.h"
#include "os/unique_fd.h"
#include "rules/mqtt_packets.h"

struct mosquitto;

namespace lib {

/// Of libmosquitto.
std::string mqtt_version();

struct MqttOptions {
  std::string folder;  // where a socket can be made; see MqttDoor
  std::string client_id;
  std::string username;  // empty: none
  std::string password;
  std::chrono::seconds keepalive{60};  // 5 at least
  /// The broker forgets this client, with what it was to be sent, when the connection ends.
  bool clean_session = false;
  std::string will_topic;  // empty: none; retained, QoS 1
  std::string will_payload;

  friend bool operator==(const MqttOptions&, const MqttOptions&) = default;
};

/// What comes of give(). Nothing here may end the Mqtt or connect it anew; subscribe() and publish() are allowed.
class MqttEvents {
 public:
  /// The broker lets this client in.
  virtual void on_mqtt_welcome(bool session_present) = 0;
  /// The broker's answer to subscribe(), one for each topic in its order: the QoS, or 0x80 and more for a refusal.
  virtual void on_mqtt_subscribed(std::span<const int> granted) = 0;
  virtual void on_mqtt_message(std::string_view topic, std::string_view payload) = 0;
  /// The message of this number reached the broker, or with QoS 0 is on its way.
  virtual void on_mqtt_published(int number) = 0;

 protected:
  ~MqttEvents() = default;
};

class Mqtt {
 public:
  explicit Mqtt(MqttEvents& events) : events_(events) {}
  ~Mqtt() { close(); }
  Mqtt(const Mqtt&) = delete;
  Mqtt& operator=(const Mqtt&) = delete;

  /// Forgets everything that was before: unsent messages, and messages that the broker did not confirm.
  base::Result<void> open(const MqttOptions& options);
  void close();
  bool is_open() const { return mosquitto_ != nullptr; }

  /// A new connection begins: its first bytes, a CONNECT, wait in take() from now on. Messages of QoS 1 that the broker
  /// did not confirm go out again after the welcome.
  base::Result<void> connect(rules::MqttVersion version);
  rules::MqttVersion version() const { return version_; }
  /// The code with which the broker refused or ended this connection (rules/mqtt_reason.h); 0: it did not.
  std::uint8_t refusal() const { return refusal_; }
  /// As the broker may have set it in its welcome (MQTT 5).
  std::chrono::seconds keepalive() const { return keepalive_; }

  /// One whole packet of the broker's, limits::kMqttPacketBytes at most. An error: the connection is of no use any
  /// more, and why, for a person.
  base::Result<void> give(std::string_view packet);
  /// Bytes for the broker; 0: none for now. A packet may come in two pieces.
  std::size_t take(std::span<char> room);

  /// At QoS 1. Before the welcome it is an error.
  base::Result<void> subscribe(std::span<const std::string> topics);
  /// The message's number. With QoS 1 it is kept until the broker confirmed it, over connections.
  base::Result<int> publish(const std::string& topic, std::string_view payload, int qos, bool retain);
  /// Says goodbye; the broker then does not send the will.
  void disconnect();

 private:
  struct Callbacks;  // the C side, in the .cpp

  base::Result<void> judge(int code);

  MqttEvents& events_;
  mosquitto* mosquitto_ = nullptr;
  MqttDoor door_;
  os::UniqueFd ours_;  // the other end of libmosquitto's connection
  rules::MqttVersion version_ = rules::MqttVersion::k5;
  std::chrono::seconds keepalive_{};
  std::chrono::seconds wanted_keepalive_{};
  bool clean_session_ = false;
  std::uint8_t refusal_ = 0;
};

}  // namespace lib

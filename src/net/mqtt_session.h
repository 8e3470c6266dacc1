// SPDX-License-Identifier: MIT
// A client of an MQTT broker that comes back: connects, says who it is, subscribes, hands on what arrives, and after
// each end begins again, with a pause that grows. Speaks MQTT 5, and 3.1.1 with brokers that do not. Owns the
// connection and the library's side of it.
//
//   off         not started, or stopped
//   connecting  TCP, and TLS where it is wanted. Deadline: kConnectTimeout
//   greeting    connected; the broker's answer to CONNECT is waited for. Deadline: kGreetingTimeout
//   connected   Every `keepalive` in which nothing came or went the broker is asked to answer, within kAnswerTimeout
//   waiting     the connection failed or ended; until the pause is over
//
// The version: it begins with MQTT 5. A broker that refuses it is spoken to in 3.1.1 from then on. One that closes
// without an answer may not know MQTT 5, or be about to stop: the other version is tried next, and MQTT 5 again after
// the next connection.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/fixed_string.h"
#include "event/timer.h"
#include "lib/mqtt.h"
#include "net/mqtt_relay.h"
#include "net/web_connect.h"
#include "rules/mqtt_message.h"

namespace net {

struct MqttSettings {
  std::string host;  // a name or an address
  std::uint16_t port = 1883;
  bool tls = false;
  lib::MqttOptions client;
  std::vector<std::string> topics;  // subscribed to, at QoS 1
  std::string greeting;             // published where the will goes after each welcome, retained; empty: nothing

  friend bool operator==(const MqttSettings&, const MqttSettings&) = default;
};

/// How the session is, for people.
struct MqttHealth {
  enum class State : std::uint8_t { kOff, kConnecting, kConnected, kWaiting };

  State state = State::kOff;
  base::SteadyTime since{};  // of being connected, or of not being
  rules::MqttVersion version = rules::MqttVersion::k5;
  base::FixedString<base::Error::kMaxText> problem;  // why it is not connected, or not allowed to read; empty: none
  std::uint64_t connections = 0;                     // that the broker welcomed
  std::uint64_t received = 0;                        // messages
  std::uint64_t dropped = 0;                         // of them too long, and not handed on
};

class MqttSession final : private lib::MqttEvents {
 public:
  static constexpr std::chrono::seconds kConnectTimeout{15};
  static constexpr std::chrono::seconds kGreetingTimeout{10};
  static constexpr std::chrono::seconds kAnswerTimeout{20};
  static constexpr std::chrono::seconds kLongestPause{60};
  /// A connection that lasted for this long was a good one: the next pause is short again.
  static constexpr std::chrono::seconds kProven{30};

  struct Callbacks {
    base::Callback<const rules::MqttMessage&> on_message;
    base::Callback<int> on_published;  // the number that publish() gave
    base::Callback<> on_welcome;
  };

  /// In the callbacks publish() is allowed, start() and stop() are not.
  MqttSession(event::Loop& loop, Resolver& resolver, TlsService& tls, const Callbacks& callbacks);
  MqttSession(const MqttSession&) = delete;
  MqttSession& operator=(const MqttSession&) = delete;

  /// From the beginning, whatever was before.
  void start(const MqttSettings& settings);
  /// Says goodbye, `farewell` being published where the will goes, and closes; as far as that needs no wait.
  void stop(std::string_view farewell = {});

  /// At QoS 1: it goes out now, and after each welcome again until the broker has confirmed it. Its number. What is
  /// published before the first welcome may be overtaken by what is published after it.
  base::Result<int> publish(const std::string& topic, std::string_view payload);

  /// See MqttRelay.
  void release() { relay_.release(); }
  bool holding() const { return relay_.holding(); }

  MqttHealth health() const;

 private:
  enum class Phase : std::uint8_t { kOff, kConnecting, kGreeting, kConnected, kWaiting };

  void on_mqtt_welcome(bool session_present) override;
  void on_mqtt_subscribed(std::span<const int> granted) override;
  void on_mqtt_message(std::string_view topic, std::string_view payload) override;
  void on_mqtt_published(int number) override;

  void connect();
  void on_connected(ConnectResult& result);
  void on_end(const base::Error& error);
  void on_time();
  void look_alive();
  void fail(const base::Error& error);
  void tell_failure(const base::Error& error, base::Duration pause);
  base::FixedString<280> name() const;

  event::Loop& loop_;
  Callbacks callbacks_;
  MqttSettings settings_;
  WebConnect connect_;
  lib::Mqtt mqtt_;
  MqttRelay relay_;
  event::Timer timer_;
  Phase phase_ = Phase::kOff;
  rules::MqttVersion version_ = rules::MqttVersion::k5;
  bool refuses_mqtt_5_ = false;
  bool asked_to_answer_ = false;
  unsigned failures_ = 0;
  base::SteadyTime asked_at_{};
  MqttHealth health_;
};

}  // namespace net

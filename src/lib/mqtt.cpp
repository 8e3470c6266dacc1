// SPDX-License-Identifier: MIT
#include "lib/mqtt.h"

#include <fcntl.h>
#include <mosquitto.h>
#include <mqtt_protocol.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "base/limits.h"
#include "rules/mqtt_reason.h"

namespace lib {
namespace {

using rules::MqttVersion;

// How many messages the broker may send before the first is acknowledged (MQTT 5).
constexpr std::uint16_t kReceiveMaximum = base::limits::kMqttHeldBytes / 4;
constexpr std::uint8_t kUnsupportedVersion = 0x84;
constexpr std::size_t kMaxTopics = 8;  // of one subscribe()

// Once for the process.
void start_libmosquitto() {
  static const int started = mosquitto_lib_init();
  (void)started;
}

// What a CONNECT of MQTT 5 says besides: 3.1.1 has a session that is not clean last for ever.
struct ConnectProperties {
  ConnectProperties(MqttVersion version, bool clean_session) {
    if (version != MqttVersion::k5) return;
    constexpr std::uint32_t kForever = UINT32_MAX;
    if (!clean_session) code = mosquitto_property_add_int32(&list, MQTT_PROP_SESSION_EXPIRY_INTERVAL, kForever);
    if (code == 0) code = mosquitto_property_add_int16(&list, MQTT_PROP_RECEIVE_MAXIMUM, kReceiveMaximum);
    if (code != 0) return;
    code = mosquitto_property_add_int32(&list, MQTT_PROP_MAXIMUM_PACKET_SIZE, base::limits::kMqttPacketBytes);
  }
  ~ConnectProperties() { mosquitto_property_free_all(&list); }
  ConnectProperties(const ConnectProperties&) = delete;
  ConnectProperties& operator=(const ConnectProperties&) = delete;

  mosquitto_property* list = nullptr;
  int code = MOSQ_ERR_SUCCESS;
};

base::Error describe_refusal(std::uint8_t code) {
  const std::string_view reason = rules::describe_mqtt_reason(code);
  return base::Error::format("the broker %.*s", static_cast<int>(reason.size()), reason.data());
}

base::Error describe(int code) {
  switch (code) {
    case MOSQ_ERR_NOMEM:
      return base::Error("there is no memory left for what the broker sends");
    case MOSQ_ERR_ERRNO:
      return base::Error::from_errno(errno, "reach libmosquitto");
    case MOSQ_ERR_INVAL:
    case MOSQ_ERR_MALFORMED_UTF8:
      return base::Error("the broker cannot be sent what [mqtt] has: client_id, username and topic_prefix are UTF-8");
    default:
      return base::Error::format("the broker breaks the rules of MQTT (libmosquitto's error %d)", code);
  }
}

}  // namespace

std::string mqtt_version() {
  int parts[3] = {};
  mosquitto_lib_version(&parts[0], &parts[1], &parts[2]);
  return std::to_string(parts[0]) + '.' + std::to_string(parts[1]) + '.' + std::to_string(parts[2]);
}

struct Mqtt::Callbacks {
  static Mqtt& self(void* owner) { return *static_cast<Mqtt*>(owner); }

  static void on_connect(mosquitto*, void* owner, int code, int flags, const mosquitto_property* properties) {
    if (code != 0) {
      self(owner).refusal_ = static_cast<std::uint8_t>(code);
      return;
    }
    std::uint16_t keepalive = 0;
    if (mosquitto_property_read_int16(properties, MQTT_PROP_SERVER_KEEP_ALIVE, &keepalive, false) != nullptr) {
      self(owner).keepalive_ = std::chrono::seconds(keepalive);
    }
    self(owner).events_.on_mqtt_welcome((flags & 1) != 0);
  }
  static void on_subscribe(mosquitto*, void* owner, int /*number*/, int count, const int* granted) {
    self(owner).events_.on_mqtt_subscribed({granted, static_cast<std::size_t>(count)});
  }
  static void on_message(mosquitto*, void* owner, const mosquitto_message* message) {
    self(owner).events_.on_mqtt_message(
        message->topic, {static_cast<const char*>(message->payload), static_cast<std::size_t>(message->payloadlen)});
  }
  static void on_publish(mosquitto*, void* owner, int number) { self(owner).events_.on_mqtt_published(number); }
  // 0x80 and more: the broker's DISCONNECT of MQTT 5. Below: libmosquitto's own codes, which judge() gets too.
  static void on_disconnect(mosquitto*, void* owner, int code) {
    if (code >= 0x80) self(owner).refusal_ = static_cast<std::uint8_t>(code);
  }
};

base::Result<void> Mqtt::open(const MqttOptions& options) {
  close();
  start_libmosquitto();
  if (!door_.is_open()) {
    if (auto opened = door_.open(options.folder); !opened) return opened;
  }
  clean_session_ = options.clean_session;
  wanted_keepalive_ = options.keepalive;
  mosquitto_ = mosquitto_new(options.client_id.c_str(), clean_session_, this);
  if (mosquitto_ == nullptr) return std::unexpected(describe(errno == ENOMEM ? MOSQ_ERR_NOMEM : MOSQ_ERR_INVAL));
  int code = MOSQ_ERR_SUCCESS;
  if (!options.username.empty() || !options.password.empty()) {
    code = mosquitto_username_pw_set(mosquitto_, options.username.c_str(),
                                     options.password.empty() ? nullptr : options.password.c_str());
  }
  if (code == MOSQ_ERR_SUCCESS && !options.will_topic.empty()) {
    code = mosquitto_will_set(mosquitto_, options.will_topic.c_str(), static_cast<int>(options.will_payload.size()),
                              options.will_payload.data(), 1, true);
  }
  mosquitto_connect_v5_callback_set(mosquitto_, &Callbacks::on_connect);
  mosquitto_subscribe_callback_set(mosquitto_, &Callbacks::on_subscribe);
  mosquitto_message_callback_set(mosquitto_, &Callbacks::on_message);
  mosquitto_publish_callback_set(mosquitto_, &Callbacks::on_publish);
  mosquitto_disconnect_callback_set(mosquitto_, &Callbacks::on_disconnect);
  if (code == MOSQ_ERR_SUCCESS) return {};
  close();
  return std::unexpected(describe(code));
}

void Mqtt::close() {
  if (mosquitto_ == nullptr) return;
  mosquitto_destroy(std::exchange(mosquitto_, nullptr));
  ours_.reset();
}

base::Result<void> Mqtt::connect(MqttVersion version) {
  version_ = version;
  keepalive_ = wanted_keepalive_;
  refusal_ = 0;
  ours_.reset();
  const ConnectProperties properties(version, clean_session_);
  if (properties.code != MOSQ_ERR_SUCCESS) return std::unexpected(describe(properties.code));
  mosquitto_int_option(mosquitto_, MOSQ_OPT_PROTOCOL_VERSION,
                       version == MqttVersion::k5 ? MQTT_PROTOCOL_V5 : MQTT_PROTOCOL_V311);
  const int code = mosquitto_connect_bind_v5(mosquitto_, door_.path(), 0, static_cast<int>(wanted_keepalive_.count()),
                                             nullptr, properties.list);
  if (code != MOSQ_ERR_SUCCESS) return std::unexpected(describe(code));
  ::fcntl(mosquitto_socket(mosquitto_), F_SETFD, FD_CLOEXEC);
  auto accepted = door_.accept();
  if (!accepted) return std::unexpected(accepted.error());
  ours_ = std::move(*accepted);
  return {};
}

// What it cannot take at once is more than was agreed on: the socket between is empty when this is called.
base::Result<void> Mqtt::give(std::string_view packet) {
  const auto connack = rules::parse_mqtt_connack(packet);
  // libmosquitto finds no answer in one that is 3.1.1's when it spoke MQTT 5.
  if (connack && connack->short_form && version_ == MqttVersion::k5) {
    refusal_ = connack->code != 0 ? connack->code : kUnsupportedVersion;
    return std::unexpected(describe_refusal(refusal_));
  }
  while (!packet.empty()) {
    const ssize_t sent = ::send(ours_.get(), packet.data(), packet.size(), MSG_NOSIGNAL);
    if (sent < 0) return std::unexpected(base::Error::from_errno(errno, "reach libmosquitto"));
    packet.remove_prefix(static_cast<std::size_t>(sent));
    if (auto judged = judge(mosquitto_loop_read(mosquitto_, 1)); !judged) return judged;
  }
  return {};
}

base::Result<void> Mqtt::judge(int code) {
  if (refusal_ != 0) return std::unexpected(describe_refusal(refusal_));
  if (code != MOSQ_ERR_SUCCESS) return std::unexpected(describe(code));
  if (mosquitto_socket(mosquitto_) < 0) return std::unexpected(base::Error("the broker ended the connection"));
  return {};
}

std::size_t Mqtt::take(std::span<char> room) {
  std::size_t taken = 0;
  while (ours_ && taken < room.size()) {
    if (mosquitto_want_write(mosquitto_)) mosquitto_loop_write(mosquitto_, 1);
    const ssize_t got = ::recv(ours_.get(), room.data() + taken, room.size() - taken, 0);
    if (got <= 0) break;
    taken += static_cast<std::size_t>(got);
  }
  return taken;
}

base::Result<void> Mqtt::subscribe(std::span<const std::string> topics) {
  std::array<char*, kMaxTopics> texts{};
  if (topics.size() > texts.size()) return std::unexpected(base::Error("too many topics for one subscription"));
  for (std::size_t i = 0; i < topics.size(); ++i) texts[i] = const_cast<char*>(topics[i].c_str());
  const int code =
      mosquitto_subscribe_multiple(mosquitto_, nullptr, static_cast<int>(topics.size()), texts.data(), 1, 0, nullptr);
  if (code != MOSQ_ERR_SUCCESS) return std::unexpected(describe(code));
  return {};
}

base::Result<int> Mqtt::publish(const std::string& topic, std::string_view payload, int qos, bool retain) {
  if (!is_open()) return std::unexpected(base::Error("there is no MQTT client to publish with"));
  int number = 0;
  const int code = mosquitto_publish(mosquitto_, &number, topic.c_str(), static_cast<int>(payload.size()),
                                     payload.data(), qos, retain);
  // Without a connection a message of QoS 1 is kept all the same.
  if (code != MOSQ_ERR_SUCCESS && !(code == MOSQ_ERR_NO_CONN && qos > 0)) return std::unexpected(describe(code));
  return number;
}

void Mqtt::disconnect() { mosquitto_disconnect(mosquitto_); }

}  // namespace lib

// SPDX-License-Identifier: MIT
#include "net/mqtt_session.h"

#include <algorithm>

#include "base/human.h"
#include "base/log.h"
#include "rules/backoff.h"
#include "rules/mqtt_reason.h"

namespace net {
namespace {

namespace log = base::log;
using rules::MqttVersion;

constexpr int kRefused = 0x80;  // in the answer to a subscription, and above

const char* version_name(MqttVersion version) { return version == MqttVersion::k5 ? "MQTT 5" : "MQTT 3.1.1"; }

}  // namespace

MqttSession::MqttSession(event::Loop& loop, Resolver& resolver, TlsService& tls, const Callbacks& callbacks)
    : loop_(loop),
      callbacks_(callbacks),
      connect_(loop, resolver, tls),
      mqtt_(*this),
      relay_(loop, mqtt_, MqttRelay::OnEnd::to<&MqttSession::on_end>(*this)),
      timer_(loop, "MQTT session", base::Callback<>::to<&MqttSession::on_time>(*this)) {}

void MqttSession::start(const MqttSettings& settings) {
  stop();
  settings_ = settings;
  version_ = MqttVersion::k5;
  refuses_mqtt_5_ = false;
  failures_ = 0;
  health_.problem.clear();
  health_.since = loop_.clock().steady_now();
  connect_.set_target(settings_.host, settings_.port, settings_.tls);
  (void)mqtt_.open(settings_.client);  // when it fails it is tried again with each connection, and told
  connect();
}

void MqttSession::stop(std::string_view farewell) {
  if (phase_ == Phase::kConnected) {
    if (!farewell.empty()) (void)mqtt_.publish(settings_.client.will_topic, farewell, 0, true);
    mqtt_.disconnect();
    relay_.flush();
  }
  phase_ = Phase::kOff;
  timer_.cancel();
  connect_.cancel();
  relay_.stop();
  mqtt_.close();
}

base::Result<int> MqttSession::publish(const std::string& topic, std::string_view payload) {
  const auto number = mqtt_.publish(topic, payload, 1, false);
  relay_.flush();
  return number;
}

MqttHealth MqttSession::health() const {
  MqttHealth health = health_;
  health.state = phase_ == Phase::kOff         ? MqttHealth::State::kOff
                 : phase_ == Phase::kConnected ? MqttHealth::State::kConnected
                 : phase_ == Phase::kWaiting   ? MqttHealth::State::kWaiting
                                               : MqttHealth::State::kConnecting;
  health.dropped = relay_.dropped();
  health.received += health.dropped;
  return health;
}

base::FixedString<280> MqttSession::name() const {
  base::FixedString<280> name("the MQTT broker ");
  name.append(settings_.host).appendf(" port %u", unsigned{settings_.port});
  return name;
}

void MqttSession::connect() {
  phase_ = Phase::kConnecting;
  connect_.start(loop_.clock().steady_now() + kConnectTimeout,
                 Connector::OnDone::to<&MqttSession::on_connected>(*this));
}

void MqttSession::on_connected(ConnectResult& result) {
  if (result.error) return fail(*result.error);
  if (!mqtt_.is_open()) {
    if (auto opened = mqtt_.open(settings_.client); !opened) return fail(opened.error());
  }
  if (auto begun = mqtt_.connect(version_); !begun) return fail(begun.error());
  phase_ = Phase::kGreeting;
  timer_.arm_after(kGreetingTimeout);
  if (auto started = relay_.start(std::move(result.connection)); !started) fail(started.error());
}

void MqttSession::on_mqtt_welcome(bool /*session_present*/) {
  const base::SteadyTime now = loop_.clock().steady_now();
  log::info("Connected to %s (%s)", name().c_str(), version_name(version_));
  phase_ = Phase::kConnected;
  health_.since = now;
  health_.version = version_;
  health_.problem.clear();
  ++health_.connections;
  asked_to_answer_ = false;
  if (mqtt_.keepalive() > std::chrono::seconds(0)) {
    timer_.arm_at(now + mqtt_.keepalive());
  } else {
    timer_.cancel();
  }
  if (!settings_.greeting.empty()) (void)mqtt_.publish(settings_.client.will_topic, settings_.greeting, 0, true);
  if (!settings_.topics.empty()) {
    if (auto subscribed = mqtt_.subscribe(settings_.topics); !subscribed) health_.problem = subscribed.error().text();
  }
  if (callbacks_.on_welcome) callbacks_.on_welcome();
}

void MqttSession::on_mqtt_subscribed(std::span<const int> granted) {
  for (std::size_t i = 0; i < std::min(granted.size(), settings_.topics.size()); ++i) {
    if (granted[i] < kRefused) continue;
    health_.problem.clear();
    health_.problem.append("the broker does not let this client read ").append(settings_.topics[i]);
    log::warn("%s: %s. Its messages do not arrive; ask the broker's administrator", name().c_str(),
              health_.problem.c_str());
  }
}

void MqttSession::on_mqtt_message(std::string_view topic, std::string_view payload) {
  ++health_.received;
  if (callbacks_.on_message) callbacks_.on_message({.topic = topic, .payload = payload, .arrived = loop_.now()});
}

void MqttSession::on_mqtt_published(int number) {
  if (callbacks_.on_published) callbacks_.on_published(number);
}

void MqttSession::on_time() {
  switch (phase_) {
    case Phase::kGreeting:
      return fail(base::Error("the broker took the connection and did not answer"));
    case Phase::kConnected:
      return look_alive();
    case Phase::kWaiting:
      return connect();
    default:
      return;
  }
}

// Whatever comes shows that the broker lives: its answer itself may be behind a message that takes long to come.
void MqttSession::look_alive() {
  const base::SteadyTime now = loop_.clock().steady_now();
  if (asked_to_answer_ && relay_.last_received() < asked_at_) {
    if (now - asked_at_ >= kAnswerTimeout) return fail(base::Error("the broker does not answer any more"));
    return timer_.arm_at(asked_at_ + kAnswerTimeout);
  }
  asked_to_answer_ = false;
  const auto due = std::min(relay_.last_sent(), relay_.last_received()) + mqtt_.keepalive();
  if (now < due) return timer_.arm_at(due);
  asked_to_answer_ = true;
  asked_at_ = now;
  timer_.arm_after(std::min<base::Duration>(kAnswerTimeout, mqtt_.keepalive()));
  relay_.ping();
}

// At once, when the version is all that was wrong; else after a pause.
void MqttSession::on_end(const base::Error& error) {
  const bool unanswered = phase_ == Phase::kGreeting && mqtt_.refusal() == 0;
  if (phase_ == Phase::kGreeting && version_ == MqttVersion::k5 && rules::is_mqtt_version_refusal(mqtt_.refusal())) {
    refuses_mqtt_5_ = true;
    version_ = MqttVersion::k311;
    log::debug("%s does not speak MQTT 5, it is spoken to in 3.1.1", name().c_str());
    timer_.cancel();
    return connect();
  }
  if (!refuses_mqtt_5_) {
    version_ = unanswered && version_ == MqttVersion::k5 ? MqttVersion::k311 : MqttVersion::k5;
  }
  fail(error);
}

void MqttSession::fail(const base::Error& error) {
  const base::SteadyTime now = loop_.clock().steady_now();
  const bool was_connected = phase_ == Phase::kConnected;
  relay_.stop();
  connect_.cancel();
  if (was_connected) {
    if (now - health_.since >= kProven) failures_ = 0;
    health_.since = now;
  }
  ++failures_;
  // What the clock shows below a millisecond is as good as random.
  const auto random = static_cast<std::uint32_t>(now.time_since_epoch().count() / 64);
  constexpr unsigned kMostDoubled = 7;  // to 64 s
  const base::Duration pause =
      std::min<base::Duration>(rules::Backoff::delay(std::min(failures_, kMostDoubled), random, {}), kLongestPause);
  tell_failure(error, pause);
  phase_ = Phase::kWaiting;
  timer_.arm_after(pause);
}

void MqttSession::tell_failure(const base::Error& error, base::Duration pause) {
  const bool known = health_.problem == error.text();
  health_.problem = error.text();
  const auto again = base::format_duration(pause);
  if (known) {
    log::debug("No connection to %s still (%s), the next try is in %s", name().c_str(), error.c_str(), again.c_str());
  } else if (phase_ == Phase::kConnected) {
    log::warn("The connection to %s ended: %s. It is made again in %s", name().c_str(), error.c_str(), again.c_str());
  } else {
    log::warn("No connection to %s: %s. It is tried again until it works, first in %s", name().c_str(), error.c_str(),
              again.c_str());
  }
}

}  // namespace net

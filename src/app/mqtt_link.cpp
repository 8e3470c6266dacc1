// SPDX-License-Identifier: MIT
#include "app/mqtt_link.h"

#include "base/version.h"

namespace app {
namespace {

constexpr std::string_view kOnline = "online";
constexpr std::string_view kOffline = "offline";

net::MqttSettings session_settings(const config::Settings& settings, std::string_view host_name) {
  const std::string& prefix = settings.mqtt_topic_prefix;
  net::MqttSettings session;
  session.host = settings.mqtt_broker;
  session.port = static_cast<std::uint16_t>(settings.mqtt_port);
  session.tls = settings.mqtt_tls;
  session.client = {.folder = settings.data_dir,
                    .client_id = settings.mqtt_client_id,
                    .username = settings.mqtt_username,
                    .password = settings.mqtt_password,
                    .keepalive = settings.mqtt_keepalive,
                    .clean_session = false,
                    .will_topic = prefix + "/monitor/status",
                    .will_payload = std::string(kOffline)};
  if (session.client.client_id.empty()) session.client.client_id.append("limpet-").append(host_name);
  for (const char* topic : {"/start", "/complete", "/error", "/interrupt"}) session.topics.push_back(prefix + topic);
  session.greeting = kOnline;
  return session;
}

}  // namespace

MqttLink::MqttLink(event::Loop& loop, net::Resolver& resolver, store::TurnCommit& commit, OnMessage on_message)
    : loop_(loop),
      tls_(loop.clock(), lib::TlsUse::kOther),
      session_(loop, resolver, tls_, {.on_message = on_message, .on_published = {}, .on_welcome = {}}) {
  commit.add(*this);
}

void MqttLink::configure(const config::Settings& settings, std::string_view host_name) {
  net::MqttSettings wanted = session_settings(settings, host_name);
  const std::string& ca_file = settings.mqtt_ca_file.empty() ? settings.ca_file : settings.mqtt_ca_file;
  if (wanted == settings_ && ca_file == ca_file_) return;
  session_.stop(kOffline);
  tls_.configure(ca_file);
  tls_.set_not_before(base::kBuiltAfter);
  settings_ = std::move(wanted);
  ca_file_ = ca_file;
  if (!settings_.host.empty()) session_.start(settings_);
}

void MqttLink::stop() { session_.stop(kOffline); }

web::MqttStatus MqttLink::status() const {
  health_ = session_.health();
  return {.broker = settings_.host,
          .connected = health_.state == net::MqttHealth::State::kConnected,
          .since = loop_.clock().steady_now() - health_.since,
          .received = health_.received,
          .dropped = health_.dropped,
          .problem = health_.problem};
}

}  // namespace app

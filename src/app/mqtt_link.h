// SPDX-License-Identifier: MIT
// The daemon's link to the MQTT broker, as [mqtt] has it. Owns the session; hands on every message that arrives, and
// lets the broker know that it did once the turn in which it arrived is committed, with all that came of it.
#pragma once

#include <string_view>

#include "base/callback.h"
#include "config/settings.h"
#include "event/loop.h"
#include "net/mqtt_session.h"
#include "net/resolver.h"
#include "net/tls_service.h"
#include "rules/mqtt_message.h"
#include "store/turn_commit.h"
#include "web/status_page.h"

namespace app {

class MqttLink final : private store::TurnWriter {
 public:
  using OnMessage = base::Callback<const rules::MqttMessage&>;

  /// What `on_message` changes has to be pending in `commit` when it returns.
  MqttLink(event::Loop& loop, net::Resolver& resolver, store::TurnCommit& commit, OnMessage on_message);
  MqttLink(const MqttLink&) = delete;
  MqttLink& operator=(const MqttLink&) = delete;

  /// At the start and after a reload. A link whose settings are as they were stays as it is. `host_name` is the box's.
  void configure(const config::Settings& settings, std::string_view host_name);
  /// After the last commit of the run: tells the broker that Limpet is offline.
  void stop();

  /// Its texts live until the loop goes on, or the next call.
  web::MqttStatus status() const;

 private:
  bool pending() const override { return session_.holding(); }
  /// The broker can wait for a tick; an alert that a message brings does not.
  bool urgent() const override { return false; }
  lib::SqliteResult<void> write(lib::SqliteDatabase& /*database*/) override { return {}; }
  void on_committed() override { session_.release(); }

  event::Loop& loop_;
  net::TlsService tls_;
  net::MqttSession session_;
  net::MqttSettings settings_;  // without a host there is no broker
  std::string ca_file_;
  mutable net::MqttHealth health_;  // what status() refers to
};

}  // namespace app

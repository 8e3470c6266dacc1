// SPDX-License-Identifier: MIT
// The daemon's HTTP: the server, its routes, and who may ask. Owns them; decides nothing itself.
#pragma once

#include "config/settings.h"
#include "event/loop.h"
#include "net/http_server.h"
#include "store/shared_database.h"
#include "web/access.h"
#include "web/alerts_stream.h"
#include "web/metrics_stream.h"
#include "web/routes.h"

namespace app {

class HttpDoor {
 public:
  /// All are borrowed and outlive this.
  HttpDoor(event::Loop& loop, const web::View& view, store::SharedDatabase& database, web::Desks desks);

  /// Listens as the settings say; again after they have changed. What cannot be had is told in the log, and tried again
  /// in each cycle.
  void configure(const config::Settings& settings, std::string_view host_name);
  /// The socket's file may have gone, an address may be free by now.
  void on_cycle();
  /// For those who follow: a sample is there; maybe a list has changed, or an alert was stored.
  void tell_sample();
  void tell_changes();
  void close() { server_.close(); }

  net::HttpServer& server() { return server_; }
  const net::HttpServer& server() const { return server_; }

 private:
  web::Access access_;
  web::MetricsStream metrics_stream_;
  web::AlertsStream alerts_stream_;
  web::Routes routes_;
  net::HttpServer server_;
};

}  // namespace app

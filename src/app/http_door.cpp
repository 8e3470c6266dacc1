// SPDX-License-Identifier: MIT
#include "app/http_door.h"

#include "base/listen_address.h"
#include "base/log.h"
#include "rules/ip_network.h"

namespace app {

HttpDoor::HttpDoor(event::Loop& loop, const web::View& view, store::SharedDatabase& database, web::Desks desks)
    : access_(loop.clock()),
      metrics_stream_(view),
      alerts_stream_(view, database),
      routes_({view, access_, metrics_stream_, alerts_stream_, desks}),
      server_(loop, routes_) {}

void HttpDoor::configure(const config::Settings& settings, std::string_view host_name) {
  access_.configure({.api_key = settings.http_api_key,
                     .trust = rules::parse_networks(settings.instances_trust).value_or(std::vector<rules::IpNetwork>()),
                     .host_name = std::string(host_name),
                     .base_path = settings.http_base_path});
  if (auto set = server_.set_certificate(settings.http_chain_text, settings.http_key_text); !set) {
    base::log::error("The certificate of [http] tls_cert is not in force: %s", set.error().c_str());
  }
  const auto addresses = base::ListenAddress::parse_list(settings.http_listen);
  server_.open(addresses.value_or(std::vector<base::ListenAddress>()));
  // The socket last: once it answers, everything does.
  if (auto opened = server_.open(settings.http_socket); !opened) {
    base::log::error("limpet status will find nobody: %s", opened.error().c_str());
  }
}

void HttpDoor::on_cycle() {
  if (auto listening = server_.ensure(); !listening) {
    base::log::warn("limpet status finds nobody: %s", listening.error().c_str());
  }
}

void HttpDoor::tell_sample() {
  metrics_stream_.on_sample();
  server_.wake(metrics_stream_);
}

void HttpDoor::tell_changes() {
  if (!metrics_stream_.look()) return;
  server_.wake(metrics_stream_);
  server_.wake(alerts_stream_);
}

}  // namespace app

// SPDX-License-Identifier: MIT
// Restarts a container because a person asked for it: one at a time, and none again at once. Owns the way to the engine
// for that; who may be restarted was decided before.
#pragma once

#include <chrono>

#include "app/docker_gates.h"
#include "config/settings.h"
#include "event/loop.h"
#include "net/http_client.h"
#include "net/http_server.h"
#include "web/restart_route.h"

namespace app {

class ContainerRestart final : public web::RestartDesk, private net::HttpClientHandler {
 public:
  /// The engine waits 10 s for a container to end before it kills it.
  static constexpr base::Duration kTimeout = std::chrono::seconds(25);
  /// Until anything is restarted by hand again.
  static constexpr std::chrono::seconds kPause{10};

  /// All are borrowed and outlive this.
  ContainerRestart(event::Loop& loop, const config::Settings& settings, heal::Helper& helper, bool by_helper,
                   net::HttpServer& server);
  ContainerRestart(const ContainerRestart&) = delete;
  ContainerRestart& operator=(const ContainerRestart&) = delete;

  std::optional<std::chrono::seconds> restart(std::string_view container, net::HttpTicket ticket) override;

 private:
  bool on_http_status(std::uint16_t status) override;
  void on_http_done(const base::Result<net::HttpAnswer>& answer) override;

  event::Loop& loop_;
  const config::Settings& settings_;
  net::HttpServer& server_;
  DirectDockerGate direct_;
  HelperDockerGate by_helper_;
  collect::DockerGate& gate_;
  net::HttpClient http_;
  base::FixedString<127> container_;
  net::HttpTicket ticket_;
  std::uint16_t status_ = 0;  // of the engine's answer
  base::SteadyTime again_at_{};
};

}  // namespace app

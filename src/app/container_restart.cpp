// SPDX-License-Identifier: MIT
#include "app/container_restart.h"

#include "base/log.h"

namespace app {

ContainerRestart::ContainerRestart(event::Loop& loop, const config::Settings& settings, heal::Helper& helper,
                                   bool by_helper, net::HttpServer& server)
    : loop_(loop),
      settings_(settings),
      server_(server),
      direct_(loop),
      by_helper_(loop, helper),
      gate_(by_helper ? static_cast<collect::DockerGate&>(by_helper_) : direct_),
      http_(loop, gate_, *this) {}

std::optional<std::chrono::seconds> ContainerRestart::restart(std::string_view container, net::HttpTicket ticket) {
  const base::SteadyTime now = loop_.clock().steady_now();
  if (http_.busy()) return kPause;
  if (now < again_at_) return std::chrono::ceil<std::chrono::seconds>(again_at_ - now);
  container_ = container;
  ticket_ = ticket;
  status_ = 0;
  direct_.set_path(settings_.docker_socket, other_docker_socket(settings_));
  const rules::DockerRequest request{.query = rules::DockerQuery::kRestart, .container = container_};
  gate_.prepare(request);
  const rules::DockerTarget target = rules::docker_target(request);
  base::log::info("%s is restarted: a person asked for it", container_.c_str());
  http_.start({.method = net::HttpClientRequest::Method::kPost, .host = "docker", .target = target}, now + kTimeout);
  return std::nullopt;
}

bool ContainerRestart::on_http_status(std::uint16_t status) {
  status_ = status;
  return true;
}

// A peer that has gone meanwhile gets no answer: the log has it.
void ContainerRestart::on_http_done(const base::Result<net::HttpAnswer>& answer) {
  again_at_ = loop_.clock().steady_now() + kPause;
  const bool done = answer && status_ == 204;
  base::Error reason("");
  if (!answer) reason = answer.error();
  if (answer && !done) reason = base::Error::format("the engine answered %u", unsigned{status_});
  if (!done) base::log::warn("%s could not be restarted: %s", container_.c_str(), reason.c_str());
  server_.complete(ticket_, [&](net::HttpResponse& response) {
    if (done) return web::write_restarted(container_, response);
    web::write_not_restarted(container_, reason.text(), response);
  });
}

}  // namespace app

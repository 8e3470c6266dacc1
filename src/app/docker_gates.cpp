// SPDX-License-Identifier: MIT
#include "app/docker_gates.h"

#include "config/table.h"

namespace app {
namespace {

constexpr std::string_view kPodman = "/run/podman/podman.sock";

heal::Operation operation_of(rules::DockerQuery query) {
  switch (query) {
    case rules::DockerQuery::kVersion:
      break;
    case rules::DockerQuery::kEvents:
      return heal::Operation::kDockerEvents;
    case rules::DockerQuery::kList:
      return heal::Operation::kDockerList;
    case rules::DockerQuery::kInspect:
      return heal::Operation::kDockerInspect;
    case rules::DockerQuery::kRestart:
      return heal::Operation::kDockerRestart;
  }
  return heal::Operation::kDockerVersion;
}

}  // namespace

std::string_view other_docker_socket(const config::Settings& settings) {
  const config::Row* const row = config::find_row(config::table(), "docker", "socket");
  return settings.docker_socket == row->default_text ? kPodman : std::string_view();
}

void HelperDockerGate::prepare(const rules::DockerRequest& request) {
  connector_.set({.operation = operation_of(request.query), .api_minor = request.api_minor, .name = request.container});
}

}  // namespace app

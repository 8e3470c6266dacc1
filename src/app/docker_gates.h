// SPDX-License-Identifier: MIT
// The two ways to Docker's socket as a gate: straight, and through the helper that keeps root.
#pragma once

#include "collect/docker_gate.h"
#include "config/settings.h"
#include "heal/helper_connector.h"
#include "net/unix_connect.h"

namespace app {

/// Where Podman's socket is, which is taken when nothing else is configured than Docker's usual one, and that is not
/// there; else nothing.
std::string_view other_docker_socket(const config::Settings& settings);

class DirectDockerGate final : public collect::DockerGate {
 public:
  explicit DirectDockerGate(event::Loop& loop) : connect_(loop) {}

  void set_path(std::string_view path, std::string_view otherwise) { connect_.set_path(path, otherwise); }

  void prepare(const rules::DockerRequest&) override {}
  bool keeps_alive() const override { return true; }
  void start(base::SteadyTime deadline, OnDone on_done) override { connect_.start(deadline, on_done); }
  void cancel() override { connect_.cancel(); }

 private:
  net::UnixConnect connect_;
};

class HelperDockerGate final : public collect::DockerGate {
 public:
  HelperDockerGate(event::Loop& loop, heal::Helper& helper)
      : connector_(loop, helper, heal::Operation::kDockerVersion) {}

  void prepare(const rules::DockerRequest& request) override;
  bool keeps_alive() const override { return false; }
  void start(base::SteadyTime deadline, OnDone on_done) override { connector_.start(deadline, on_done); }
  void cancel() override { connector_.cancel(); }

 private:
  heal::HelperConnector connector_;
};

}  // namespace app

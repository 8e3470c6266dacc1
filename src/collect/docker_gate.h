// SPDX-License-Identifier: MIT
// The way to the engine: straight through its socket, or, for a process that may not open it, through a helper which
// then sends the request itself.
#pragma once

#include "net/connector.h"
#include "rules/docker_request.h"

namespace collect {

class DockerGate : public net::Connector {
 public:
  /// What the next start() is for; copied.
  virtual void prepare(const rules::DockerRequest& request) = 0;
  /// Whether a connection takes more than the request that it was prepared for.
  virtual bool keeps_alive() const = 0;

 protected:
  ~DockerGate() = default;
};

}  // namespace collect

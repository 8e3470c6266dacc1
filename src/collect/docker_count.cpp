// SPDX-License-Identifier: MIT
#include "collect/docker_count.h"

#include <cerrno>
#include <limits>

namespace collect {

DockerCount::DockerCount(event::Loop& loop, net::Connector& connector,
                         base::Callback<const DockerCountResult&> on_result)
    : loop_(loop), on_result_(on_result), http_(loop, connector, *this) {}

void DockerCount::configure(std::string_view socket_path) {
  cancel();
  socket_path_ = socket_path;
}

// Without a version in the path the engine takes its own newest one; the list has been an array in all of them.
void DockerCount::start() {
  if (running()) ++overruns_;
  count_ = {};
  status_ = 0;
  body_is_array_ = true;
  http_.start({.host = "docker", .target = "/containers/json", .max_body_bytes = kMaxListBytes},
              loop_.clock().steady_now() + kTimeout);
}

bool DockerCount::on_http_status(std::uint16_t status) {
  status_ = status;
  return status == 200;
}

bool DockerCount::on_http_body(std::string_view piece) {
  body_is_array_ = count_.feed(piece);
  return body_is_array_;
}

void DockerCount::on_http_done(const base::Result<net::HttpAnswer>& answer) {
  DockerCountResult result;
  const auto running = count_.count();
  if (!answer) {
    explain(answer.error(), result);
  } else if (!running) {
    result.reason.append("Docker's list of containers was cut off");
  } else {
    result.running = static_cast<std::int32_t>(*running);
  }
  on_result_(result);
}

void DockerCount::explain(const base::Error& error, DockerCountResult& result) const {
  const char* const path = socket_path_.c_str();
  if (status_ != 0 && status_ != 200) {
    result.reason.appendf("Docker answered %u instead of its list of containers", unsigned{status_});
  } else if (!body_is_array_) {
    result.reason.append("Docker's answer is not a list of containers");
  } else if (error.code() == ENOENT || error.code() == ENOTDIR) {
    result.reason.appendf("there is no %s: Docker is not installed or not started", path);
  } else if (error.code() == ECONNREFUSED) {
    result.reason.appendf("nobody listens at %s: Docker is not running", path);
  } else if (error.code() == EACCES || error.code() == EPERM) {
    result.reason.appendf("permission denied for %s: add the user to the group docker", path);
  } else if (error.code() == ETIMEDOUT) {
    result.reason.appendf("Docker did not answer within %lld s", static_cast<long long>(kTimeout.count()));
  } else {
    result.reason.append("Docker: ").append(error.text());
  }
}

}  // namespace collect

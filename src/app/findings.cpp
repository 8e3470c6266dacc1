// SPDX-License-Identifier: MIT
#include "app/findings.h"

#include "base/human.h"
#include "base/log.h"

namespace app {

void Findings::on_probe(const collect::ProbeResult& result, base::SteadyTime now) {
  if (internet_known_ && result.ok != internet_.ok) {
    const auto lasted = base::format_duration(now - internet_since_);
    if (result.ok) {
      base::log::info("Internet: back after %s", lasted.c_str());
    } else {
      base::log::warn("Internet: gone (%s)", result.reason.c_str());
    }
  }
  if (!internet_known_ || result.ok != internet_.ok) internet_since_ = now;
  internet_known_ = true;
  internet_ = result;
}

void Findings::on_docker(const collect::DockerCountResult& result) {
  const bool answers = result.running >= 0;
  if (docker_known_ && answers != (docker_.running >= 0)) {
    if (answers) {
      base::log::info("Docker: answers again, %d container%s running", result.running, result.running == 1 ? "" : "s");
    } else {
      base::log::warn("Docker: does not answer any more (%s)", result.reason.c_str());
    }
  }
  docker_known_ = true;
  docker_ = result;
}

void Findings::on_worker(const collect::WorkerResult& result) {
  const bool new_reason = !result.status && (!worker_known_ || result.reason != worker_.reason);
  if (new_reason) base::log::warn("Worker: no answer (%s)", result.reason.c_str());
  worker_known_ = true;
  worker_ = result;
}

void Findings::forget() { *this = Findings(); }

}  // namespace app

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

void Findings::on_worker(const collect::WorkerResult& result) {
  const bool new_reason = !result.status && (!worker_known_ || result.reason != worker_.reason);
  if (new_reason) base::log::warn("Worker: no answer (%s)", result.reason.c_str());
  worker_known_ = true;
  worker_ = result;
}

void Findings::forget() { *this = Findings(); }

}  // namespace app

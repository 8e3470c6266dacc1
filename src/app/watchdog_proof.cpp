// SPDX-License-Identifier: MIT
#include "app/watchdog_proof.h"

#include <cerrno>
#include <cstring>

#include "base/log.h"

namespace app {

WatchdogProof::WatchdogProof(event::Loop& loop, const config::Settings& settings, heal::Helper& helper)
    : loop_(loop),
      settings_(settings),
      timer_(loop, "proof for the watchdog", base::Callback<>::to<&WatchdogProof::on_time>(*this)),
      call_(helper, heal::Operation::kWatchdogFeed, heal::HelperCall::OnReply::to<&WatchdogProof::on_reply>(*this)),
      stop_(helper, heal::Operation::kWatchdogStop, heal::HelperCall::OnReply::to<&WatchdogProof::on_reply>(*this)),
      cycle_at_(loop.clock().steady_now()) {}

void WatchdogProof::reconfigure() {
  timer_.cancel();
  if (!settings_.watchdog_device.empty()) on_time();
}

void WatchdogProof::stop() {
  timer_.cancel();
  if (!settings_.watchdog_device.empty()) stop_.start();
}

// Often enough to prove it a few times within the helper's patience, without more wake-ups than that. One that runs
// apart and was killed left the device to itself: the next has to be asked before that resets the box.
void WatchdogProof::on_time() {
  const bool apart = !settings_.helper_socket.empty();
  timer_.arm_after(settings_.watchdog_timeout / (apart ? 3 : 1));
  if (loop_.clock().steady_now() - cycle_at_ > settings_.heartbeat_interval + kLatest) return;
  heal::HelperReply failed{.error = call_.start(), .last = true, .text = {}, .fd = {}};
  if (failed.error != 0) on_reply(failed);
}

void WatchdogProof::on_reply(heal::HelperReply& reply) {
  if (reply.error == problem_) return;
  problem_ = reply.error;
  if (problem_ == 0) return;
  std::string_view why = heal::helper_problem(problem_);
  if (problem_ == EPIPE) why = "there is no helper: only a Limpet that is started as root feeds it";
  if (why.empty()) why = std::strerror(problem_);
  base::log::error("The watchdog %s is not fed: %.*s", settings_.watchdog_device.c_str(), static_cast<int>(why.size()),
                   why.data());
}

}  // namespace app

// SPDX-License-Identifier: MIT
#include "app/heal_actions.h"

#include <string.h>

#include <cerrno>
#include <utility>

#include "rules/docker_request.h"

namespace app {
namespace {

heal::Outcome helper_failed(int code) {
  if (const std::string_view problem = heal::helper_problem(code); !problem.empty()) return {code, problem};
  if (code == EPERM) return {code, "the configuration that the helper has read does not allow it"};
  return {code, ::strerror(code)};
}

}  // namespace

HealActions::HealActions(event::Loop& loop, const config::Settings& settings, heal::Helper& helper, bool by_helper,
                         OnDone on_done)
    : loop_(loop),
      settings_(settings),
      on_done_(on_done),
      by_helper_(by_helper),
      direct_(loop),
      helper_gate_(loop, helper),
      gate_(by_helper ? static_cast<collect::DockerGate&>(helper_gate_) : direct_),
      http_(loop, gate_, *this),
      call_(helper, heal::Operation::kUnitRestart, heal::HelperCall::OnReply::to<&HealActions::on_reply>(*this)),
      timer_(loop, "repairing something", base::Callback<>::to<&HealActions::on_time>(*this)) {}

void HealActions::start(rules::HealAction action, rules::TargetKind kind, std::string_view name) {
  busy_ = true;
  name_ = name;
  switch (action) {
    case rules::HealAction::kRestart:
      return restart(kind);
    case rules::HealAction::kRenewAddress:
      return ask_helper(heal::Operation::kRenewAddress);
    case rules::HealAction::kBounceInterface:
      return ask_helper(heal::Operation::kBounceInterface);
    case rules::HealAction::kRestartNetwork:
      return ask_helper(heal::Operation::kRestartNetwork);
    case rules::HealAction::kReboot:
      return ask_helper(heal::Operation::kReboot, kLongestOfAll);
    case rules::HealAction::kStopProcess:
      return ask_helper(heal::Operation::kStopProcess);
    case rules::HealAction::kDropHistory:
      return finish_soon({});
    case rules::HealAction::kCleanUp:
      return ask_helper(heal::Operation::kCleanUp, kLongestOfAll);
  }
}

void HealActions::restart(rules::TargetKind kind) {
  switch (kind) {
    case rules::TargetKind::kContainer:
      return restart_container();
    case rules::TargetKind::kUnit:
      return ask_helper(heal::Operation::kUnitRestart);
    case rules::TargetKind::kProcess:
      return ask_helper(heal::Operation::kProcessRestart);
    case rules::TargetKind::kNetwork:
      return ask_helper(heal::Operation::kRestartNetwork);
    case rules::TargetKind::kMemory:
    case rules::TargetKind::kCpu:
      return ask_helper(heal::Operation::kStopProcess);
    case rules::TargetKind::kDisk:
      return ask_helper(heal::Operation::kCleanUp, kLongestOfAll);
  }
}

void HealActions::restart_container() {
  status_ = 0;
  direct_.set_path(settings_.docker_socket, other_docker_socket(settings_));
  const rules::DockerRequest request{.query = rules::DockerQuery::kRestart, .container = name_};
  gate_.prepare(request);
  const rules::DockerTarget target = rules::docker_target(request);
  http_.start({.method = net::HttpClientRequest::Method::kPost, .host = "docker", .target = target},
              loop_.clock().steady_now() + kLongestContainer);
}

void HealActions::ask_helper(heal::Operation operation, base::Duration longest) {
  call_.set({.operation = operation, .name = name_.view()});
  const int code = by_helper_ ? call_.start() : EPERM;
  if (code != 0) return finish_soon(helper_failed(code));
  timer_.arm_after(longest);
}

void HealActions::finish_soon(const heal::Outcome& outcome) {
  soon_ = outcome;
  timer_.arm_after(base::Duration::zero());
}

bool HealActions::on_http_status(std::uint16_t status) {
  status_ = status;
  return true;
}

void HealActions::on_http_done(const base::Result<net::HttpAnswer>& answer) {
  if (!answer) return finish({answer.error().code() != 0 ? answer.error().code() : EIO, answer.error().text()});
  if (status_ == 204) return finish({});
  heal::Outcome outcome{.error = EIO};
  outcome.text.appendf("the engine answered %u", unsigned{status_});
  finish(outcome);
}

void HealActions::on_reply(heal::HelperReply& reply) {
  if (reply.error != 0 && reply.text.empty()) return finish(helper_failed(reply.error));
  finish({reply.error, reply.text});
}

void HealActions::on_time() {
  if (const auto outcome = std::exchange(soon_, std::nullopt)) return finish(*outcome);
  call_.cancel();
  finish({ETIMEDOUT, "the helper process that keeps root does not answer"});
}

void HealActions::finish(const heal::Outcome& outcome) {
  busy_ = false;
  timer_.cancel();
  const heal::Outcome given = outcome;
  on_done_(given);
}

}  // namespace app

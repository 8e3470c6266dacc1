// SPDX-License-Identifier: MIT
#include "app/boot_report.h"

#include "os/boot_id.h"
#include "os/local_time.h"
#include "os/read_file.h"

namespace app {

BootReport::BootReport(const os::Clock& clock, const config::Settings& settings, const std::string& host_name,
                       heal::Helper& helper, Alerts& alerts, store::TurnCommit& turn_commit)
    : clock_(clock),
      settings_(settings),
      host_name_(host_name),
      alerts_(alerts),
      call_(helper, heal::Operation::kBootEvidence, heal::HelperCall::OnReply::to<&BootReport::on_reply>(*this)),
      damage_(clock, settings, host_name, alerts) {
  turn_commit.add(boot_);
  turn_commit.add(ended_in_);
  turn_commit.add(healed_in_);
  turn_commit.add(crash_);
  turn_commit.add(damage_);
}

void BootReport::begin(std::optional<base::WallTime> last_seen) {
  last_seen_ = last_seen;
  std::array<char, 64> buffer;
  const auto text = os::read_file(settings_.procfs_root, "/sys/kernel/random/boot_id", buffer);
  this_boot_ = text ? os::parse_boot_id(*text) : std::nullopt;
  told_ = !this_boot_;
  call_.start();
  damage_.begin();
}

void BootReport::on_reply(heal::HelperReply& reply) {
  if (const auto evidence = heal::parse_boot_evidence(reply.text)) evidence_ = *evidence;
}

void BootReport::on_cycle() {
  const bool known = boot_.known() && ended_in_.known() && healed_in_.known() && crash_.known();
  if (told_ || call_.running() || !known) return;
  told_ = true;
  const rules::BootReason reason = rules::evaluate_boot({.boot = this_boot_,
                                                         .boot_before = boot_.value(),
                                                         .ended_in = ended_in_.value(),
                                                         .healed_in = healed_in_.value(),
                                                         .watchdog = evidence_.watchdog,
                                                         .crash = evidence_.crash,
                                                         .crash_before = crash_.value()});
  if (reason != rules::BootReason::kSame) tell(reason);
  if (boot_.value() != this_boot_) boot_.set(this_boot_);
  if (ended_in_.value()) ended_in_.set(std::nullopt);
  if (healed_in_.value() && healed_in_.value() != this_boot_) healed_in_.set(std::nullopt);
  if (evidence_.crash && crash_.value() != evidence_.crash) crash_.set(evidence_.crash);
}

void BootReport::tell(rules::BootReason reason) {
  auto event = rules::make_event(rules::EventKind::kBoxRebooted, clock_.wall_now(), clock_.steady_now(), "boot");
  event.subject = std::string_view(host_name_);
  event.text.append("Reason: ").append(rules::describe(reason));
  if (last_seen_) event.text.append("\nLast sample before: ").append(os::local_time(*last_seen_));
  if (reason == rules::BootReason::kInOrder) event.severity = rules::Severity::kInfo;
  alerts_.raise(event);
}

void BootReport::on_reboot(bool begins) { healed_in_.set(begins ? this_boot_ : std::nullopt); }

void BootReport::stop() {
  if (this_boot_ && told_) ended_in_.set(this_boot_);
}

}  // namespace app

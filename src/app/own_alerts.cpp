// SPDX-License-Identifier: MIT
#include "app/own_alerts.h"

namespace app {

OwnAlerts::OwnAlerts(const os::Clock& clock, const config::Settings& settings, const std::string& host_name,
                     heal::Helper& helper, Alerts& alerts, const store::Outbox& outbox,
                     const store::SharedDatabase& database, store::TurnCommit& turn_commit)
    : clock_(clock),
      settings_(settings),
      host_name_(host_name),
      helper_(helper),
      alerts_(alerts),
      outbox_(outbox),
      database_(database),
      turn_commit_(turn_commit),
      state_call_(helper, heal::Operation::kHelperState,
                  heal::HelperCall::OnReply::to<&OwnAlerts::on_helper_state>(*this)) {
  turn_commit.add(*this);
  helper.set_on_end(base::Callback<>::to<&OwnAlerts::on_helper_end>(*this));
}

// One of this process's own is well until it ends; one that runs apart comes and goes.
void OwnAlerts::begin() {
  if (!helper_.present()) return;
  if (!settings_.helper_socket.empty()) {
    state_call_.start();
  } else {
    helper_state_ = HelperState::kWell;
  }
}

void OwnAlerts::on_cycle() {
  tell_helper();
  tell_disk();
  tell_set_aside();
  tell_dropped();
}

lib::SqliteResult<void> OwnAlerts::on_opened(lib::SqliteDatabase& database) {
  return store::list_open(database, rules::Monitor::kLimpet,
                          base::Callback<const store::OpenAlert&>::to<&OwnAlerts::remember>(*this));
}

void OwnAlerts::remember(const store::OpenAlert& alert) {
  if (alert.kind == rules::EventKind::kHelperLost) helper_lost_ = true;
}

// It cannot be had again: this process has no right to start anything as root.
void OwnAlerts::on_helper_end() {
  helper_state_ = HelperState::kLost;
  helper_problem_ =
      "The helper process that kept root has ended. What only root can do is not done any more: Docker's socket, "
      "pings, actions. Everything else goes on.\nTo do: start limpet again";
  tell_helper();
}

void OwnAlerts::on_helper_state(heal::HelperReply& reply) {
  if (reply.last) return;  // its process has ended, which is told by that
  helper_state_ = reply.error == 0 ? HelperState::kWell : HelperState::kLost;
  helper_problem_.clear();
  helper_problem_.append("The helper at ").append(settings_.helper_socket).append(" cannot be asked: ");
  helper_problem_.append(reply.text)
      .append(".\nUntil it can, what only root can do is not done: Docker's socket, pings, ");
  helper_problem_.append("disks' health, actions. Everything else goes on.");
  tell_helper();
}

void OwnAlerts::tell_helper() {
  const bool lost = helper_state_ == HelperState::kLost;
  if (helper_state_ == HelperState::kUnknown || lost == helper_lost_ || outbox_.room() == 0) return;
  helper_lost_ = lost;
  using enum rules::EventKind;
  auto event = rules::make_event(lost ? kHelperLost : kHelperBack, clock_.wall_now(), clock_.steady_now(), "helper");
  event.subject = std::string_view(host_name_);
  event.text.append(lost ? helper_problem_.view() : "What only root can do is done again.");
  alerts_.raise(event);
}

void OwnAlerts::tell_disk() {
  const bool refuses = turn_commit_.trouble() != store::StoreTrouble::kNone;
  if (refuses == disk_refuses_ || outbox_.room() == 0) return;
  disk_refuses_ = refuses;
  using enum rules::EventKind;
  rules::Event event =
      rules::make_event(refuses ? kDiskRefuses : kDiskAccepts, clock_.wall_now(), clock_.steady_now(), "disk");
  if (refuses) {
    event.text.append("Alerts could not be stored, and waited.\n\nReason: ").append(turn_commit_.problem());
  } else {
    event.text.append("Alerts are stored again; those that waited are sent now.");
  }
  alerts_.raise(event);
}

void OwnAlerts::tell_set_aside() {
  if (database_.broken_files() == broken_files_) return;
  broken_files_ = database_.broken_files();
  rules::Event event =
      rules::make_event(rules::EventKind::kDatabaseSetAside, clock_.wall_now(), clock_.steady_now(), "metrics.db");
  event.text.append("The database was damaged and was set aside; a new one was begun.\n\nFile: ")
      .append(database_.file().set_aside_path())
      .append("\n\nTo save what is left in it: sqlite3 FILE .recover");
  alerts_.raise(event);
}

void OwnAlerts::tell_dropped() {
  const std::uint64_t lost = outbox_.status().lost;
  const base::SteadyTime now = clock_.steady_now();
  if (lost == lost_ || outbox_.room() == 0) return;
  if (lost_ > 0 && now - drops_told_at_ < kBetweenDrops) return;
  rules::Event event = rules::make_event(rules::EventKind::kAlertsDropped, clock_.wall_now(), now, "outbox");
  event.text.appendf("Alerts: %llu\n\nThere was no room for them any more: the oldest that only informed went first.",
                     static_cast<unsigned long long>(lost - lost_));
  alerts_.raise(event);
  lost_ = lost;
  drops_told_at_ = now;
}

}  // namespace app

// SPDX-License-Identifier: MIT
#include "app/own_alerts.h"

namespace app {

void OwnAlerts::on_cycle() {
  tell_disk();
  tell_set_aside();
  tell_dropped();
}

void OwnAlerts::on_helper_end() {
  auto event = rules::make_event(rules::EventKind::kHelperLost, clock_.wall_now(), clock_.steady_now(), "helper");
  event.subject = std::string_view(host_name_);
  event.text.append(
      "The helper process that kept root has ended. What only root can do is not done any more: Docker's socket, "
      "pings, actions. Everything else goes on.\nTo do: start limpet again");
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

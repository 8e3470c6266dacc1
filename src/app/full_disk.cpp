// SPDX-License-Identifier: MIT
#include "app/full_disk.h"

#include "rules/target_health.h"

namespace app {

using rules::TargetHealth;

FullDisk::FullDisk(const config::Settings& settings, const HostMonitor& host, store::History& history, Healing& healing)
    : settings_(settings), host_(host), history_(history), healing_(healing) {
  healing.set_on_drop_history(base::Callback<>::to<&store::History::make_room>(history));
}

// Whether it helped is seen when all of it has gone.
void FullDisk::on_cycle() {
  const std::string_view mount = host_.watch().mount_of(settings_.disk);
  TargetHealth health = mount.empty() ? TargetHealth::kUnsure : rules::disk_health(host_.watch(), mount);
  if (health == TargetHealth::kWell) history_.end_shortage();
  if (health == TargetHealth::kIll && history_.makes_room()) health = TargetHealth::kUnsure;
  healing_.on_disk(health, host_.data_on_disk() && history_.can_make_room());
}

}  // namespace app

// SPDX-License-Identifier: MIT
#include "app/helper_source.h"

#include "app/docker_gates.h"
#include "app/settings_files.h"
#include "base/log.h"

namespace app {

heal::HelperSettings helper_settings(const config::Settings& settings) {
  heal::HelperSettings result{.docker_socket = settings.docker_socket,
                              .docker_socket_otherwise = std::string(other_docker_socket(settings)),
                              .dry_run = settings.heal_dry_run,
                              .docker_restart = settings.docker_restart,
                              .systemd_bus = settings.systemd_bus,
                              .systemd_restart = settings.systemd_restart,
                              .network_renew = settings.network_renew,
                              .network_service = settings.network_service,
                              .network_bounce = settings.network_bounce,
                              .network_bounce_default = settings.network_bounce_default,
                              .reboot = settings.heal_reboot,
                              .cleanup = settings.disk_cleanup,
                              .kill = settings.heal_kill,
                              .protect = settings.heal_protect,
                              .watchdog = {settings.watchdog_device, settings.watchdog_timeout},
                              .crash_records = settings.sysfs_root + "/fs/pstore",
                              .smartctl = settings.smart_program,
                              .key = settings.helper_key};
  for (const config::ProcessSettings& process : settings.processes) {
    if (!process.restart.empty()) result.processes.push_back({process.name, process.restart, process.user});
  }
  return result;
}

std::vector<heal::SettingsFile> HelperSource::read(heal::HelperSettings& settings) {
  RecordedFiles files;
  const config::Loaded loaded = load_settings(inputs_, files);
  if (loaded.ok()) {
    settings = helper_settings(loaded.settings);
    take_over(loaded.settings);
  }
  return files_ == Files::kPass ? files.take() : std::vector<heal::SettingsFile>();
}

void HelperSource::take_over(const config::Settings& settings) {
  base::log::configure(settings.log_level, settings.log_target);
  [[maybe_unused]] const auto set = timezone_.set(settings.timezone);
}

}  // namespace app

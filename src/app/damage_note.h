// SPDX-License-Identifier: MIT
// Tells what the box found damaged when it started, before Limpet did: whoever starts the box leaves it in the data
// folder, in the file `damage`, as rootfs/etc/init.d/data does. Removes that file once the alert is on the disk, and so
// tells it whatever happens meanwhile, twice at most.
#pragma once

#include <string>

#include "app/alerts.h"
#include "config/settings.h"
#include "os/clock.h"
#include "store/turn_commit.h"

namespace app {

class DamageNote final : public store::TurnWriter {
 public:
  DamageNote(const os::Clock& clock, const config::Settings& settings, const std::string& host_name, Alerts& alerts)
      : clock_(clock), settings_(settings), host_name_(host_name), alerts_(alerts) {}

  /// At the start of the daemon, when the data folder is there.
  void begin();

  bool pending() const override { return raised_; }
  lib::SqliteResult<void> write(lib::SqliteDatabase& /*database*/) override { return {}; }
  void on_committed() override;

 private:
  const os::Clock& clock_;
  const config::Settings& settings_;
  const std::string& host_name_;
  Alerts& alerts_;
  std::string path_;
  bool raised_ = false;
};

}  // namespace app

// SPDX-License-Identifier: MIT
// The rows of process_status about the processes that use most, every hour: looks twice, ten seconds apart, and has
// what came out written. What the database does not take is left out: the next hour has its own.
#pragma once

#include <span>
#include <string>

#include "collect/top_processes.h"
#include "config/settings.h"
#include "event/timer.h"
#include "store/turn_commit.h"

namespace app {

class ProcessLog final : private store::TurnWriter {
 public:
  /// Not at once: what starts with the box is busy then, and with that only.
  static constexpr std::chrono::seconds kFirst{30};
  static constexpr std::chrono::seconds kBetween{10};
  static constexpr std::chrono::hours kEachHour{1};

  /// All are borrowed and outlive this.
  ProcessLog(event::Loop& loop, const config::Settings& settings, const std::string& host_name,
             store::TurnCommit& turn_commit);
  ProcessLog(const ProcessLog&) = delete;
  ProcessLog& operator=(const ProcessLog&) = delete;

  void begin() { timer_.arm_after(kFirst); }

 private:
  void on_time();
  bool pending() const override { return !rows_.empty(); }
  bool urgent() const override { return false; }
  lib::SqliteResult<void> write(lib::SqliteDatabase& database) override;
  void on_committed() override { rows_ = {}; }

  event::Loop& loop_;
  const config::Settings& settings_;
  const std::string& host_name_;
  event::Timer timer_;
  collect::TopProcesses top_;
  bool looked_ = false;  // once of the two times
  std::span<const collect::TopProcess> rows_;
  base::WallTime rows_time_{};
};

}  // namespace app

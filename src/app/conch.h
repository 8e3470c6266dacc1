// SPDX-License-Identifier: MIT
// Conch: what clients tell on MQTT of their commands goes into the tracker; commands that never end are found, told
// once and shown. Owns the tracker, its table and its timers. Does nothing as long as no broker is set up.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "app/alerts.h"
#include "base/limits.h"
#include "config/settings.h"
#include "event/loop.h"
#include "event/timer.h"
#include "lib/json.h"
#include "rules/clock_sense.h"
#include "rules/conch_tracker.h"
#include "rules/mqtt_message.h"
#include "store/conch_table.h"
#include "store/turn_commit.h"
#include "web/rows.h"
#include "web/status_page.h"

namespace app {

class Conch final : public web::RowSource<web::CommandRow> {
 public:
  Conch(event::Loop& loop, const config::Settings& settings, Alerts& alerts, store::TurnCommit& turn_commit);
  Conch(const Conch&) = delete;
  Conch& operator=(const Conch&) = delete;

  /// Before the database is opened for the first time.
  void begin();
  /// At the start and after the settings changed.
  void reconfigure();

  /// What it changes is pending in the commit of this turn.
  void on_message(const rules::MqttMessage& message);

  web::ConchStatus conch_status() const;
  web::ListStatus status() const override;
  /// Those that run, oldest first; then orphans; then those that ended, as they did.
  std::optional<web::CommandRow> row(std::size_t index) const override;

 private:
  static constexpr std::size_t kBadKinds = 16;  // more different ones in a minute are told as one

  struct Bad {
    rules::ConchTopic topic{};
    std::string_view reason;
    std::uint32_t count = 0;
  };

  void on_start(const rules::ConchMessage& message, base::SteadyTime arrived);
  void on_check();
  void on_status();
  void tell();
  void tell_evicted();
  void note_bad(rules::ConchTopic topic, std::string_view reason);
  void tell_bad();
  web::CommandRow row_of(const rules::ConchCommand& command) const;

  const os::Clock& clock_;
  const config::Settings& settings_;
  Alerts& alerts_;
  event::Timer check_timer_;
  event::Timer status_timer_;
  event::Timer tell_timer_;
  event::Timer evicted_timer_;
  event::Timer bad_timer_;
  rules::ClockSense clock_sense_;
  rules::ConchTracker tracker_;
  store::ConchTable table_;
  std::array<std::byte, base::limits::kConchJson> json_memory_;
  lib::JsonReader json_{json_memory_};
  std::uint64_t evicted_told_ = 0;
  std::array<Bad, kBadKinds> bad_{};
  std::size_t bad_kinds_ = 0;
  std::uint64_t bad_total_ = 0;
  // Where row() was last: lists are read in order.
  mutable std::uint64_t row_revision_ = 0;
  mutable std::size_t row_index_ = 0;
  mutable std::size_t row_group_ = 0;
  mutable std::uint16_t row_slot_ = rules::ConchTracker::kEnd;
};

}  // namespace app

// SPDX-License-Identifier: MIT
// The containers of this box: gives what the engine tells to rules::ContainerWatch, and what that finds worth telling
// to the alerts, together with the memory of what was told, committed in one transaction. Owns all that is about
// Docker.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "app/alerts.h"
#include "app/docker_gates.h"
#include "app/healing.h"
#include "collect/docker.h"
#include "config/settings.h"
#include "event/timer.h"
#include "rules/container_watch.h"
#include "store/kept_value.h"
#include "store/turn_commit.h"
#include "web/metrics_writer.h"
#include "web/rows.h"

namespace app {

class Containers final : private store::TurnWriter, public web::RowSource<web::ContainerRow> {
 public:
  /// All are borrowed and outlive this; what is kept is added to `turn_commit`. `on_known` comes when the first try
  /// to reach an engine has come to its list of containers, or has failed; after that, changes are told in the log.
  Containers(event::Loop& loop, const config::Settings& settings, heal::Helper& helper, bool by_helper, Alerts& alerts,
             store::TurnCommit& turn_commit, Healing& healing, base::Callback<> on_known);
  Containers(const Containers&) = delete;
  Containers& operator=(const Containers&) = delete;

  void begin();
  /// The settings changed, from `before`.
  void reconfigure(const config::Settings& before);
  /// In the log: whether the engine answers.
  void tell_engine() const;
  /// Now and then, for what could not be raised or stored before.
  void on_cycle();

  const collect::DockerStatus& docker() const { return docker_.status(); }
  /// What `docker ps` shows; -1 when it cannot be known now.
  std::int32_t running() const;
  /// How many are watched, whatever their state.
  std::uint32_t watched() const { return watch_.counts().judged; }
  /// How many there was no room for.
  std::uint32_t untracked() const { return watch_.untracked(); }

  void write_metrics(web::MetricsWriter& out) const;

  web::ListStatus status() const override;
  std::optional<web::ContainerRow> row(std::size_t index) const override;

 private:
  bool pending() const override { return watch_.set().dirty(); }
  lib::SqliteResult<void> write(lib::SqliteDatabase& database) override;
  void on_committed() override { watch_.set().on_stored(); }
  lib::SqliteResult<void> on_opened(lib::SqliteDatabase& database) override;
  void remember(const rules::ContainerMemory& memory) { watch_.remember(memory); }

  rules::ContainerPolicy policy() const;
  void connect();
  void on_heard();
  void on_time();
  void tell_untracked();
  void work();
  void raise(const rules::ContainerNews& news);
  void raise_report();
  void arm_report();
  void tell_health();

  event::Loop& loop_;
  const config::Settings& settings_;
  Alerts& alerts_;
  Healing& healing_;
  base::Callback<> on_known_;
  rules::ContainerWatch watch_;
  DirectDockerGate direct_events_;
  DirectDockerGate direct_query_;
  HelperDockerGate helper_events_;
  HelperDockerGate helper_query_;
  collect::Docker docker_;
  event::Timer timer_;  // for what the watch holds back
  event::Timer report_timer_;
  store::KeptValue reported_{"containers_reported_at"};  // seconds since 1970
  bool known_ = false;
  bool answered_ = false;
  bool report_due_ = false;
  bool untracked_told_ = false;
  std::uint64_t revision_ = 0;
  mutable base::FixedString<119> reason_;  // of the row that was given last
};

}  // namespace app

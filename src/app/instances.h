// SPDX-License-Identifier: MIT
// The instances of the daemon: what their requests and their silence come to is told, stored, and answered once it is
// on the disk. Owns the watch, its rows and the requests that wait; decides nothing: see rules/instance_watch.h.
#pragma once

#include <array>
#include <cstddef>

#include "app/alerts.h"
#include "base/limits.h"
#include "config/settings.h"
#include "event/loop.h"
#include "event/timer.h"
#include "net/http_server.h"
#include "rules/instance_watch.h"
#include "store/instance_rows.h"
#include "store/turn_commit.h"
#include "web/instance_routes.h"
#include "web/rows.h"

namespace app {

class Instances final : public web::InstanceDesk, public web::RowSource<web::InstanceRow> {
 public:
  struct Parts {
    event::Loop& loop;
    const config::Settings& settings;
    Alerts& alerts;
    store::TurnCommit& turn_commit;
    net::HttpServer& server;
  };
  explicit Instances(const Parts& parts);

  /// The settings are other ones.
  void reconfigure();
  /// After the disk was tried again.
  void on_cycle();
  void on_clock_step(base::Duration step) { watch_.on_clock_step(step); }
  std::size_t used_bytes() const;
  /// Everything is to be written with the last commit.
  void finish() { rows_.flush(); }

  Reply start(std::string_view key, std::string_view host, net::HttpTicket ticket) override;
  Reply alive(std::string_view id) override;
  Reply crash(std::string_view id, std::string_view error, net::HttpTicket ticket) override;
  Reply stop(std::string_view id, net::HttpTicket ticket) override;
  const rules::InstanceWatch& instances() const override { return watch_; }

  web::ListStatus status() const override;
  std::optional<web::InstanceRow> row(std::size_t index) const override;

 private:
  enum class Request : std::uint8_t { kStart, kCrash, kStop };
  struct Waiting {
    net::HttpTicket ticket;
    Request request{};
    std::size_t slot = 0;  // of a start
  };

  rules::InstanceWatch::Moment moment() const;
  rules::InstanceWatch::Options options() const;
  bool ready();
  Reply settle(rules::InstanceWatch::Outcome outcome, const Waiting& waiting);
  void answer(const Waiting& waiting);
  void refuse_waiting();
  void arm_check();
  void on_check();
  void on_news(const rules::InstanceNews& news);
  void on_saved();
  web::InstanceRow row_of(const rules::Instance& instance) const;

  Parts parts_;
  const os::Clock& clock_;
  rules::InstanceWatch watch_;
  store::InstanceRows rows_;
  event::Timer check_;
  base::SteadyTime flushed_at_;
  std::uint64_t revision_ = 0;
  std::array<Waiting, base::limits::kHttpConnections> waiting_{};
  std::size_t waiting_count_ = 0;
  // Where row() was last: the list is read from its beginning to its end.
  mutable std::size_t last_index_ = 0;
  mutable std::optional<rules::InstanceWatch::Position> last_row_;
};

}  // namespace app

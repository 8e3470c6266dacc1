// SPDX-License-Identifier: MIT
// GET /api/stream/alerts: each alert as an event, once it is on the disk. Its id is that of the table outbox, which
// rises also over restarts, so that a watcher that comes back goes on where it was.
#pragma once

#include <cstdint>

#include "net/event_source.h"
#include "store/alert_log.h"
#include "web/view.h"

namespace web {

class AlertsStream final : public net::EventSource {
 public:
  /// Both are borrowed and outlive this.
  AlertsStream(const View& view, store::SharedDatabase& database) : view_(view), log_(database) {}

  /// Where a watcher begins that does not say: behind the newest.
  std::uint64_t end() { return static_cast<std::uint64_t>(log_.newest()); }

  bool next(std::uint64_t& position, base::TextWriter& out) override;

 private:
  struct First;
  void on_row(const store::AlertLogRow& row);

  const View& view_;
  store::AlertLog log_;
  First* first_ = nullptr;  // while rows come
};

}  // namespace web

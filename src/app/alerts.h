// SPDX-License-Identifier: MIT
// The one way of an alert: from whoever found something to the channels that [alerts] names for that monitor, through
// the outbox. Decides whom to tell, never what; borrows settings and outbox.
#pragma once

#include "config/settings.h"
#include "notify/lane.h"
#include "rules/event.h"
#include "store/outbox.h"

namespace app {

class Alerts {
 public:
  Alerts(const config::Settings& settings, store::Outbox& outbox) : settings_(settings), outbox_(outbox) {}

  /// Committed at the end of this turn, together with every store::TurnWriter that is pending then; sent after that.
  void raise(const rules::Event& event);

  /// A service refused an alert for good, or takes none for long: another channel is told, if there is one.
  void on_undelivered(const notify::Undelivered& undelivered);

  /// How many raise() takes in this turn; each above that is lost, and counted. Whoever can have many at once raises
  /// that many and leaves the rest as it is until the next turn: then a disk that refuses loses nothing.
  std::size_t room() const { return outbox_.room(); }

 private:
  const config::Settings& settings_;
  store::Outbox& outbox_;
};

}  // namespace app

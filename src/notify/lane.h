// SPDX-License-Identifier: MIT
// One channel's way from the outbox to its service: one message at a time, the oldest alert first.
//
//   idle      nothing waits. wake() looks into the outbox.
//   holding   a problem waits for its end until [alerts] hold is over; the channel n8n never does.
//   sending   the request is under way; its deadline is the channel's.
//   noting    the answer is known and must be in the outbox before anything else is sent: kill -9 between the two
//             repeats this one message, nothing else ever repeats. wake() comes when it is.
//   waiting   the last try failed: the next one when the backoff, or what the service asked for, is over. A service
//             that is closed for long (a used-up quota) is waited for too, and meanwhile others are told instead.
//
// What piled up while the service could not be reached goes as one digest when it is more than kManyWait alerts; a
// problem that ended before it could be told goes as one message. A channel that is down holds back its own alerts
// alone. What a restart finds waiting goes on where it stood.
#pragma once

#include <cstdint>
#include <optional>

#include "event/loop.h"
#include "event/timer.h"
#include "notify/sender.h"
#include "store/outbox.h"

namespace notify {

/// An alert that its channel does not take, for others to be told.
struct Undelivered {
  const rules::Event& event;
  const Channel& channel;
  std::string_view problem;
  bool open = false;  // a problem that has not ended
};

class Lane {
 public:
  /// How long to wait when the outbox cannot be read.
  static constexpr std::chrono::seconds kDiskRetry{10};
  static constexpr std::int64_t kManyWait = 5;

  /// All are borrowed and outlive this. `on_undelivered`: before the turn ends in which it is noted.
  Lane(event::Loop& loop, net::Resolver& resolver, net::TlsService& tls, store::Outbox& outbox,
       const config::Settings& settings, const Channel& channel, base::Callback<const Undelivered&> on_undelivered);

  /// Something may wait: looks, unless it is busy or waits for a better time itself.
  void wake();
  /// The settings changed: what was wrong may be right now. `host_name`: of this box, a text that lives on.
  void reconfigure(std::string_view host_name);

  /// Begins nothing more; a request that is under way goes on to its end.
  void stop() { stopped_ = true; }
  bool sending() const { return sender_.busy(); }
  const Channel& channel() const { return sender_.channel(); }
  /// Why the last try failed; empty: it did not, or there was none.
  std::string_view problem() const { return problem_; }
  std::uint64_t delivered() const { return delivered_; }  // messages since the start

 private:
  void on_time();
  void on_sent(const Verdict& verdict);
  void send_next();
  bool must_wait(const store::OutboxRow& row);
  std::optional<base::Duration> hold_left(const store::OutboxRow& row) const;
  void choose(const store::OutboxRow& row);
  bool choose_digest(std::int64_t newest);
  void pass_on_while_closed();
  void mark(const Verdict& verdict, base::Duration wait, bool elsewhere);
  void tell(const Verdict& verdict, base::Duration wait) const;

  event::Loop& loop_;
  store::Outbox& outbox_;
  const config::Settings& settings_;
  base::Callback<const Undelivered&> on_undelivered_;
  Sender sender_;
  event::Timer timer_;
  std::string_view host_name_;
  rules::Event event_;            // that is sent
  store::OutboxOutcome outcome_;  // of it: which rows
  bool open_ = false;             // it is a problem that has not ended
  bool rerouted_ = false;         // it was refused once already
  unsigned attempts_ = 0;         // of that row, with this one
  base::SteadyTime not_before_{};
  base::SteadyTime closed_until_{};
  bool behind_ = false;  // tries failed, and much may have piled up
  bool stopped_ = false;
  bool resumed_ = false;  // not_before_ of an earlier run was looked at
  std::uint64_t delivered_ = 0;
  base::FixedString<160> problem_;
};

}  // namespace notify

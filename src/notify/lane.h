// SPDX-License-Identifier: MIT
// One channel's way from the outbox to its service: one alert at a time, the oldest first. Owns the connection.
//
//   idle      nothing waits. wake() looks into the outbox.
//   sending   the request is under way; its deadline is the channel's.
//   noting    the answer is known and must be in the outbox before anything else is sent: kill -9 between the two
//             repeats this one alert, nothing else ever repeats. wake() comes when it is.
//   waiting   the last try failed: the next one when the backoff, or what the service asked for, is over.
//
// A channel that is down holds back its own alerts alone. What a restart finds waiting goes on where it stood.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "base/limits.h"
#include "event/loop.h"
#include "event/timer.h"
#include "net/http_client.h"
#include "net/resolver.h"
#include "net/tls_service.h"
#include "net/web_connect.h"
#include "notify/channel.h"
#include "store/outbox.h"

namespace notify {

class Lane final : private net::HttpClientHandler {
 public:
  /// How long to wait when the outbox cannot be read.
  static constexpr std::chrono::seconds kDiskRetry{10};

  /// All are borrowed and outlive this.
  Lane(event::Loop& loop, net::Resolver& resolver, net::TlsService& tls, store::Outbox& outbox,
       const config::Settings& settings, const Channel& channel);

  /// Something may wait: looks, unless it is busy or waits for a better time itself.
  void wake();
  /// The settings changed: what was wrong may be right now.
  void reconfigure();

  /// Begins nothing more; a request that is under way goes on to its end.
  void stop() { stopped_ = true; }
  bool sending() const { return http_.busy(); }
  const Channel& channel() const { return channel_; }
  /// Why the last try failed; empty: it did not, or there was none.
  std::string_view problem() const { return problem_; }

 private:
  void on_http_field(const lib::HttpHeader& field) override;
  bool on_http_status(std::uint16_t status) override;
  void on_http_done(const base::Result<net::HttpAnswer>& answer) override;

  void on_time();
  void send_next();
  void send(const store::OutboxRow& row);
  void finish(rules::Delivery delivery, std::string_view problem);
  void tell(rules::Delivery delivery, std::string_view problem, base::Duration wait) const;

  event::Loop& loop_;
  store::Outbox& outbox_;
  const config::Settings& settings_;
  const Channel& channel_;
  net::WebConnect connect_;
  net::HttpClient http_;
  event::Timer timer_;
  std::array<char, base::limits::kAlertBody> body_{};
  std::int64_t id_ = 0;    // of the row that is sent
  unsigned attempts_ = 0;  // of that row, with this one
  std::uint16_t status_ = 0;
  std::optional<std::chrono::seconds> retry_after_;
  base::SteadyTime not_before_{};
  bool stopped_ = false;
  bool resumed_ = false;  // not_before_ of an earlier run was looked at
  base::FixedString<127> title_;
  base::FixedString<160> problem_;
};

}  // namespace notify

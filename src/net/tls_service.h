// SPDX-License-Identifier: MIT
// TLS for all clients of the daemon: which authorities are believed, whether a certificate's dates can be judged by
// this box's clock, and what handshakes cost. Outlives every connection that was made with it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/duration_histogram.h"
#include "base/error.h"
#include "base/time.h"
#include "lib/tls.h"
#include "net/connection.h"
#include "os/clock.h"
#include "rules/quiet_time.h"

namespace net {

struct TlsStatistics {
  base::DurationHistogram handshakes;  // those that succeeded, from the first step to the last
  std::uint64_t resumed = 0;           // of them, those that took up an earlier session
  std::uint64_t failed = 0;
};

class TlsService {
 public:
  explicit TlsService(const os::Clock& clock, lib::TlsUse use = lib::TlsUse::kHttp) : clock_(clock), client_(use) {}
  TlsService(const TlsService&) = delete;
  TlsService& operator=(const TlsService&) = delete;

  /// `ca_file` is a PEM file; empty: the first that exists of those that distributions have. It is read when the first
  /// connection needs it, and again after a change of this.
  void configure(std::string_view ca_file);
  /// It was later than that before: an earlier clock is wrong. The latest time given counts.
  void set_not_before(base::WallTime time);

  /// The tick that no handshake is to make late.
  void set_next_tick(base::WallTime tick) { next_tick_ = tick; }
  /// How long a handshake has to wait for that tick; zero: it may begin.
  base::Duration quiet_wait() const { return rules::quiet_wait(clock_.wall_now(), next_tick_); }

  /// Puts TLS over a connection, without a step of the handshake. Errors: the bundle cannot be read, or there is no
  /// memory left.
  base::Result<void> begin(Connection& connection, std::string_view host, std::uint16_t port);
  void count_success(const lib::TlsStream& stream, base::Duration took);
  /// Why the handshake failed, for a person. Dates that this box's clock cannot judge mean: wait.
  base::Error count_failure(const lib::TlsStream& stream, std::string_view host);

  const TlsStatistics& statistics() const { return statistics_; }

 private:
  base::Result<void> open_bundle();

  const os::Clock& clock_;
  lib::TlsClient client_;
  std::string ca_file_;
  base::WallTime not_before_{};
  base::WallTime next_tick_{};
  TlsStatistics statistics_;
  bool bundle_is_read_ = false;
};

}  // namespace net

// SPDX-License-Identifier: MIT
// What programs ask of the daemon's own state: /health and /metrics. Filled by app/.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/time.h"
#include "web/metrics_writer.h"
#include "web/route.h"

namespace web {

/// Of one thing that Limpet depends on.
struct HealthCheck {
  enum class State : std::uint8_t { kOk, kDegraded, kOff };

  std::string_view name;
  State state = State::kOff;
  std::string_view reason;            // when not kOk
  std::optional<base::Duration> age;  // of its last good answer; nothing: there was none, or none is asked for
};

/// All texts live as long as the call they are given to.
struct HealthInput {
  bool healthy = false;  // the loop and the store are
  base::WallTime time{};
  base::Duration uptime{};
  std::string_view version;
  std::uint64_t services_monitored = 0;  // containers, units and processes
  std::uint64_t alerts_sent = 0;         // since the start
  std::span<const HealthCheck> checks;
};

class Vitals {
 public:
  virtual HealthInput health() const = 0;
  /// One part after another, from 0: each at most net::BodySource::kPieceBytes. False: there was none left.
  virtual bool write_metrics(std::size_t part, MetricsWriter& out) const = 0;

 protected:
  ~Vitals() = default;
};

/// Also 503 when it is not healthy.
void render_health(const HealthInput& input, net::HttpResponse& response);

void get_health(Context& context, net::HttpResponse& response);
void get_exposition(Context& context, net::HttpResponse& response);

}  // namespace web

// SPDX-License-Identifier: MIT
// The alerts of the past as they are sent, newest first, each with its deliveries: as JSON with how many there are, or
// as CSV. Read from the store while the peer takes them.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>

#include "base/fixed_string.h"
#include "net/body_source.h"
#include "store/alert_log.h"

namespace web {

enum class AlertsFormat : std::uint8_t { kJson, kCsv };

struct AlertsQuestion {
  AlertsFormat format = AlertsFormat::kJson;
  base::FixedString<255> host;  // of this box
  std::optional<rules::Severity> severity;
  std::string_view source;  // the name of a monitor, which outlives the answer; empty: all
  std::optional<base::WallTime> since;
  std::uint64_t limit = 50;
  std::uint64_t offset = 0;
  bool nothing = false;  // asked for another host
};

class AlertsAnswer final : public net::BodySource {
 public:
  AlertsAnswer(store::AlertLog log, const AlertsQuestion& question) : log_(log), question_(question) {}

  Fill fill(base::TextWriter& piece) override;

 private:
  struct Work;

  void on_row(const store::AlertLogRow& row);
  void begin_alert(const store::AlertLogRow& row);
  void append_alert(const store::AlertLogRow& row);
  void append_delivery(const store::AlertLogRow& row);
  void end_alert();
  Fill end(base::TextWriter& piece) const;

  store::AlertLog log_;
  const AlertsQuestion question_;
  Work* work_ = nullptr;  // while rows come
  std::int64_t before_ = std::numeric_limits<std::int64_t>::max();
  std::uint64_t total_ = 0;
  std::uint64_t open_ = 0;
  std::uint64_t sent_ = 0;
  bool begun_ = false;
};

}  // namespace web

// SPDX-License-Identifier: MIT
// The way into the internet: looks at it layer by layer once a cycle, and again within seconds while something is
// wrong; gives what that finds to rules::NetworkWatch, and what that finds worth telling to the alerts; keeps a row of
// each target a minute. One target and one ping at a time.
#pragma once

#include <array>
#include <optional>

#include "app/alerts.h"
#include "app/healing.h"
#include "collect/internet_probe.h"
#include "collect/network_state.h"
#include "config/settings.h"
#include "event/timer.h"
#include "heal/helper_connector.h"
#include "net/resolver.h"
#include "rules/network_watch.h"
#include "store/minute_log.h"
#include "store/outbox_table.h"
#include "store/turn_commit.h"
#include "web/metrics_writer.h"
#include "web/rows.h"

namespace app {

class NetworkMonitor final : private store::OpenListener, public web::RowSource<web::ProblemRow> {
 public:
  /// All are borrowed and outlive this.
  struct Parts {
    event::Loop& loop;
    const config::Settings& settings;
    net::Resolver& resolver;
    net::TlsService& tls;
    heal::Helper& helper;
    bool by_helper;  // which gives the sockets for pings
    Alerts& alerts;
    store::TurnCommit& turn_commit;
    store::MinuteLog& log;
    Healing& healing;
  };
  explicit NetworkMonitor(const Parts& parts);
  NetworkMonitor(const NetworkMonitor&) = delete;
  NetworkMonitor& operator=(const NetworkMonitor&) = delete;

  /// At the start, and when the settings changed.
  void reconfigure(std::string_view host_name);
  /// A cycle is over: what its probe found is the uppermost layer.
  void on_cycle(const rules::Sample& sample);
  void on_minute(const rules::Sample& sample);

  bool on() const { return target_count_ > 0; }
  void write_metrics(web::MetricsWriter& out) const;

  web::ListStatus status() const override;
  std::optional<web::ProblemRow> row(std::size_t index) const override;

  /// The layers, from the lowest on, and the targets.
  const web::RowSource<web::LayerRow>& layers() const { return layers_; }
  const web::RowSource<web::TargetRow>& targets() const { return targets_; }

 private:
  struct Target {
    base::FixedString<300> url;    // as collect::InternetProbe takes it; empty: the gateway, not known yet
    base::FixedString<79> name;    // as it was configured
    base::FixedString<63> result;  // of the last ping
  };
  struct Layers final : web::RowSource<web::LayerRow> {
    explicit Layers(const NetworkMonitor& monitor) : owner(monitor) {}
    web::ListStatus status() const override;
    std::optional<web::LayerRow> row(std::size_t index) const override;
    const NetworkMonitor& owner;
    mutable base::FixedString<63> text;
  };
  struct Targets final : web::RowSource<web::TargetRow> {
    explicit Targets(const NetworkMonitor& monitor) : owner(monitor) {}
    web::ListStatus status() const override;
    std::optional<web::TargetRow> row(std::size_t index) const override;
    const NetworkMonitor& owner;
  };

  lib::SqliteResult<void> on_opened(lib::SqliteDatabase& database) override;
  void remember(const store::OpenAlert& alert) { watch_.remember(alert.kind); }

  void add_target(std::string_view text);
  void begin_round(std::optional<bool> internet);
  void look_at_gateway();
  void ping_next();
  void on_ping(const collect::ProbeResult& result);
  void after_pings();
  void on_lookup(const base::Result<net::AddressList>& addresses);
  void ask_internet();
  void end_round();
  void again() { begin_round(std::nullopt); }
  void raise(const rules::NetworkWatch::News& news);
  std::string_view status_of(std::size_t target) const;
  void write_layer(rules::NetworkLayer layer, base::FixedString<63>& text) const;
  base::FixedString<160> problem(rules::NetworkWatch::State state, rules::NetworkLayer layer, std::size_t target) const;

  Parts parts_;
  rules::NetworkWatch watch_;
  collect::NetworkState tables_;
  heal::HelperConnector raw_icmp_;
  heal::HelperConnector raw_icmp6_;
  collect::InternetProbe probe_;
  net::Lookup lookup_;
  event::Timer again_;
  base::FixedString<64> host_name_;
  base::FixedString<253> dns_name_;  // whose lookup says whether DNS answers; empty: there is none to ask for
  std::array<Target, rules::NetworkWatch::kTargets> target_;
  std::size_t target_count_ = 0;
  bool has_internet_target_ = false;

  // The round under way.
  rules::NetworkRound round_;
  bool running_ = false;
  bool asks_internet_ = false;  // the probe does not ping but asks what the heartbeat asks
  std::size_t at_ = 0;          // target
  unsigned pings_ = 0;          // sent to it
  unsigned unanswered_ = 0;     // in a row
  bool any_answered_ = false;
  base::SteadyTime asked_at_{};
  base::SteadyTime dns_looked_at_{};
  std::optional<float> dns_ms_;
  std::optional<float> internet_ms_;
  std::optional<bool> last_dns_;
  unsigned quick_rounds_ = 0;
  Layers layers_;
  Targets targets_;
  // What row() refers to.
  mutable base::FixedString<160> what_;
  mutable base::FixedString<159> done_;
};

}  // namespace app

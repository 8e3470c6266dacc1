// SPDX-License-Identifier: MIT
#include "app/network_monitor.h"

#include <algorithm>

#include "base/comma_list.h"
#include "base/human.h"
#include "base/json_writer.h"
#include "base/log.h"
#include "rules/network_text.h"
#include "rules/target_health.h"
#include "rules/url.h"

namespace app {
namespace {

using rules::LayerState;
using rules::NetworkLayer;
using State = rules::NetworkWatch::State;
using namespace std::chrono_literals;

constexpr unsigned kPings = 5;   // in a round, to each target, one after the other
constexpr unsigned kEnough = 3;  // unanswered in a row
constexpr auto kPingPatience = 1s;
constexpr auto kLookupPatience = 2s;
constexpr auto kLookupInterval = 30s;
// While something is wrong; after so many rounds, once a cycle is often enough.
constexpr auto kAgain = 2s;
constexpr unsigned kQuickRounds = 30;

bool is_name(std::string_view host) { return !host.empty() && !base::IpAddress::parse(host); }

}  // namespace

NetworkMonitor::NetworkMonitor(const Parts& parts)
    : parts_(parts),
      raw_icmp_(parts.loop, parts.helper, heal::Operation::kIcmpSocket),
      raw_icmp6_(parts.loop, parts.helper, heal::Operation::kIcmp6Socket),
      probe_(parts.loop, parts.resolver, parts.tls,
             parts.by_helper ? net::RawIcmpSource{&raw_icmp_, &raw_icmp6_} : net::RawIcmpSource{},
             base::Callback<const collect::ProbeResult&>::to<&NetworkMonitor::on_ping>(*this)),
      lookup_(parts.resolver, net::Lookup::OnDone::to<&NetworkMonitor::on_lookup>(*this)),
      again_(parts.loop, "the network again", base::Callback<>::to<&NetworkMonitor::again>(*this)),
      layers_(*this),
      targets_(*this) {
  parts.turn_commit.add(*this);
}

void NetworkMonitor::reconfigure(std::string_view host_name) {
  const config::Settings& settings = parts_.settings;
  host_name_ = base::FixedString<64>(host_name);
  probe_.cancel();
  lookup_.cancel();
  again_.cancel();
  running_ = false;
  tables_.configure(settings.procfs_root, settings.sysfs_root);
  watch_.configure({.loss_percent = static_cast<float>(settings.network_loss),
                    .latency_ms = static_cast<float>(settings.network_latency.count())});
  for (std::size_t i = 0; i < target_.size(); ++i) watch_.forget(i);
  target_ = {};
  target_count_ = 0;
  has_internet_target_ = false;
  dns_name_.clear();
  const bool off = settings.network_targets.empty();
  parts_.healing.on_network(off ? rules::TargetHealth::kLeft : rules::TargetHealth::kUnsure, {});
  if (off) return;
  target_count_ = 1;
  target_[0].name = "gateway";
  std::string_view list = settings.network_targets;
  while (!list.empty()) add_target(base::take_list_item(list));
  const auto probe = rules::parse_probe_url(settings.probe);
  if (probe && is_name(probe->host)) dns_name_ = probe->host;
}

// The gateway has its place already. A bare name or address is pinged.
void NetworkMonitor::add_target(std::string_view text) {
  if (text.empty() || text == "gateway" || target_count_ == target_.size()) return;
  Target& target = target_[target_count_++];
  target.name = base::FixedString<79>(text);
  const bool bare = text.find("://") == std::string_view::npos;
  const bool v6 = bare && base::IpAddress::parse(text) && text.find(':') != std::string_view::npos;
  target.url.append(bare ? "icmp://" : "").append(v6 ? "[" : "").append(text).append(v6 ? "]" : "");
  has_internet_target_ = true;
  const auto url = rules::parse_probe_url(target.url);
  if (url && dns_name_.empty() && is_name(url->host)) dns_name_ = url->host;
}

void NetworkMonitor::on_cycle(const rules::Sample& sample) {
  internet_ms_ = sample.ping_ms;
  if (!on() || running_) return;
  begin_round(sample.internet_ok);
}

void NetworkMonitor::begin_round(std::optional<bool> internet) {
  if (running_) return;
  again_.cancel();
  running_ = true;
  asks_internet_ = false;
  std::array<char, 4096> text;
  round_ = {.path = tables_.read(text), .gateway_answers = {}, .dns = last_dns_, .internet = internet};
  look_at_gateway();
  if (round_.path.link == LayerState::kFail || round_.path.address == LayerState::kFail) {
    // Nothing can be asked.
    round_.dns.reset();
    round_.internet = false;
    return end_round();
  }
  at_ = 0;
  pings_ = unanswered_ = 0;
  any_answered_ = false;
  ping_next();
}

void NetworkMonitor::look_at_gateway() {
  base::FixedString<300> url;
  if (round_.path.gateway) url.append("icmp://").append(round_.path.gateway->text());
  if (url == target_[0].url) return;
  target_[0].url = url;
  watch_.forget(0);
}

void NetworkMonitor::ping_next() {
  while (at_ < target_count_) {
    const bool enough = pings_ == kPings || unanswered_ == kEnough || target_[at_].url.empty();
    if (!enough && probe_.configure(target_[at_].url, kPingPatience)) {
      ++pings_;
      return probe_.start();
    }
    if (at_ == 0 && pings_ > 0) round_.gateway_answers = any_answered_;
    if (at_ > 0 && any_answered_) round_.internet = true;
    if (at_ > 0 && !any_answered_ && parts_.settings.probe.empty() && !round_.internet) round_.internet = false;
    ++at_;
    pings_ = unanswered_ = 0;
    any_answered_ = false;
  }
  after_pings();
}

void NetworkMonitor::on_ping(const collect::ProbeResult& result) {
  if (asks_internet_) {
    round_.internet = result.ok || round_.internet.value_or(false);
    internet_ms_ = result.ping_ms;
    return end_round();
  }
  Target& target = target_[at_];
  target.result = result.ok ? base::FixedString<63>("answered") : base::FixedString<63>(result.reason);
  watch_.on_ping(at_, result.ok ? result.ping_ms : std::nullopt);
  any_answered_ = any_answered_ || result.ok;
  unanswered_ = result.ok ? 0 : unanswered_ + 1;
  ping_next();
}

// Names are asked for now and then, and always when something may be wrong.
void NetworkMonitor::after_pings() {
  const base::SteadyTime now = parts_.loop.clock().steady_now();
  const bool due = dns_looked_at_ == base::SteadyTime() || now - dns_looked_at_ >= kLookupInterval;
  const bool doubt = watch_.in_doubt() || round_.internet != true || last_dns_ == false;
  if (dns_name_.empty() || !(due || doubt)) return ask_internet();
  dns_looked_at_ = asked_at_ = now;
  lookup_.ask_servers(dns_name_, now + kLookupPatience);
}

void NetworkMonitor::on_lookup(const base::Result<net::AddressList>& addresses) {
  const base::Duration took = parts_.loop.clock().steady_now() - asked_at_;
  last_dns_ = addresses || lookup_.answered();
  dns_ms_.reset();
  if (*last_dns_) dns_ms_ = std::chrono::duration<float, std::milli>(took).count();
  round_.dns = last_dns_;
  ask_internet();
}

// After a cycle its probe has said so; in between it has to be asked.
void NetworkMonitor::ask_internet() {
  const config::Settings& settings = parts_.settings;
  if (round_.internet || settings.probe.empty()) return end_round();
  if (!probe_.configure(settings.probe, settings.probe_timeout)) return end_round();
  asks_internet_ = true;
  probe_.start();
}

void NetworkMonitor::end_round() {
  running_ = false;
  watch_.on_round(round_, parts_.loop.clock().steady_now());
  if (parts_.alerts.room() > 0) {
    if (const auto news = watch_.take_news()) raise(*news);
  }
  parts_.healing.on_network(rules::target_health(watch_), watch_.path());
  if (!watch_.in_doubt()) {
    quick_rounds_ = 0;
  } else if (quick_rounds_ < kQuickRounds) {
    ++quick_rounds_;
    again_.arm_after(kAgain);
  }
}

base::FixedString<160> NetworkMonitor::problem(State state, NetworkLayer layer, std::size_t target) const {
  std::array<char, 160> room;
  base::TextWriter text(room);
  rules::write_network_problem(watch_, state, layer, target, target_[target].name, text);
  return base::FixedString<160>(text.view());
}

void NetworkMonitor::raise(const rules::NetworkWatch::News& news) {
  const base::SteadyTime now = parts_.loop.clock().steady_now();
  rules::Event event = rules::make_event(news.kind, parts_.loop.clock().wall_now(), now, "network");
  event.subject = rules::layer_name(news.layer);
  if (news.critical) event.severity = rules::Severity::kCritical;
  const bool over = news.kind == rules::EventKind::kNetworkRecovered;
  const base::FixedString<160> what =
      over ? base::FixedString<160>("Everything answers again") : problem(watch_.state(), news.layer, news.target);
  event.text.append("Host: ").append(host_name_).append("\nLayer: ").append(rules::layer_name(news.layer));
  event.text.append("\nNow: ").append(what);
  if (over && news.since) event.text.append("\nLasted: ").append(base::format_duration(now - *news.since));
  std::array<char, 256> room;
  base::TextWriter fields(room);
  base::JsonWriter(fields).begin_object().text("layer", rules::layer_name(news.layer)).end_object();
  if (!fields.overflowed()) event.fields = fields.view();
  if (over) {
    base::log::info("Network: %s", what.c_str());
  } else {
    base::log::warn("Network: %s", what.c_str());
  }
  parts_.alerts.raise(event);
}

lib::SqliteResult<void> NetworkMonitor::on_opened(lib::SqliteDatabase& database) {
  return store::list_open(database, rules::Monitor::kNetwork,
                          base::Callback<const store::OpenAlert&>::to<&NetworkMonitor::remember>(*this));
}

}  // namespace app

// SPDX-License-Identifier: MIT
#include "app/network_monitor.h"

#include <algorithm>

#include "base/comma_list.h"
#include "base/human.h"
#include "base/json_writer.h"
#include "base/log.h"
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

std::string_view name_of(LayerState state) {
  if (state == LayerState::kUnknown) return "unknown";
  return state == LayerState::kOk ? "ok" : "fail";
}

bool is_name(std::string_view host) { return !host.empty() && !base::IpAddress::parse(host); }

std::string_view method_of(std::string_view url) {
  return url.starts_with("tcp:") ? "tcp" : url.starts_with("http") ? "http" : "icmp";
}

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
  if (settings.network_targets.empty()) return;
  target_count_ = 1;
  target_[0].is_gateway = true;
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
  if (!watch_.in_doubt()) {
    quick_rounds_ = 0;
  } else if (quick_rounds_ < kQuickRounds) {
    ++quick_rounds_;
    again_.arm_after(kAgain);
  }
}

base::FixedString<160> NetworkMonitor::sentence(State state, NetworkLayer layer, std::size_t target) const {
  const rules::NetworkPath& path = watch_.path();
  const rules::InterfaceName& interface = path.interface;
  base::FixedString<160> text;
  if (state == State::kDegraded) {
    const rules::PingRecord& pings = watch_.pings(target);
    text.append(layer == NetworkLayer::kGateway ? "The gateway" : target_[target].name.view());
    text.appendf(" loses %.0f %% of the packets", static_cast<double>(pings.loss_percent().value_or(0)));
    if (pings.latency_ms()) text.appendf(" and takes %.0f ms", static_cast<double>(*pings.latency_ms()));
    return text;
  }
  switch (layer) {
    case NetworkLayer::kLink:
      text.append("The link of ").append(interface).append(" is down");
      break;
    case NetworkLayer::kAddress:
      text.append(interface).append(" has no address");
      break;
    case NetworkLayer::kGateway:
      if (!path.has_default_route) {
        text.append("There is no default route");
      } else {
        text.append("The gateway ");
        if (path.gateway) text.append(path.gateway->text());
        text.append(" does not answer");
      }
      break;
    case NetworkLayer::kDns:
      text.append("No DNS server answers");
      break;
    case NetworkLayer::kInternet:
      text.append("The internet does not answer");
      break;
  }
  return text;
}

void NetworkMonitor::raise(const rules::NetworkWatch::News& news) {
  const base::SteadyTime now = parts_.loop.clock().steady_now();
  rules::Event event = rules::make_event(news.kind, parts_.loop.clock().wall_now(), now, "network");
  event.subject = rules::layer_name(news.layer);
  if (news.critical) event.severity = rules::Severity::kCritical;
  const bool over = news.kind == rules::EventKind::kNetworkRecovered;
  const base::FixedString<160> what =
      over ? base::FixedString<160>("Everything answers again") : sentence(watch_.state(), news.layer, news.target);
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

std::string_view NetworkMonitor::status_of(std::size_t target) const {
  const auto loss = watch_.pings(target).loss_percent();
  if (loss && *loss >= 100) return "fail";
  const config::Settings& settings = parts_.settings;
  const bool lossy = loss && settings.network_loss > 0 && *loss >= static_cast<float>(settings.network_loss);
  const bool slow =
      watch_.pings(target).latency_ms().value_or(0) > static_cast<float>(settings.network_latency.count());
  if (lossy || (slow && settings.network_latency.count() > 0)) return "degraded";
  return target_[target].result.view() == "answered" ? "ok" : "fail";
}

void NetworkMonitor::on_minute(const rules::Sample& sample) {
  const base::WallTime now = parts_.loop.clock().wall_now();
  for (std::size_t i = 0; i < target_count_; ++i) {
    const Target& target = target_[i];
    if (target.url.empty() || target.result.empty()) continue;
    parts_.log.add(store::NetworkLogRow{
        .time = now,
        .target = base::FixedString<79>(std::string_view(target.url).substr(target.url.view().find("://") + 3)),
        .method = method_of(target.url),
        .result = target.result,
        .latency_ms = watch_.pings(i).latency_ms(),
        .loss_percent = watch_.pings(i).loss_percent(),
        .status = status_of(i)});
  }
  if (!on() || parts_.settings.probe.empty() || !sample.internet_ok) return;
  parts_.log.add(store::NetworkLogRow{.time = now,
                                      .target = base::FixedString<79>(parts_.settings.probe),
                                      .method = method_of(parts_.settings.probe),
                                      .result = *sample.internet_ok ? "answered" : "no answer",
                                      .latency_ms = sample.ping_ms,
                                      .loss_percent = {},
                                      .status = *sample.internet_ok ? "ok" : "fail"});
}

void NetworkMonitor::write_metrics(web::MetricsWriter& out) const {
  if (!on()) return;
  out.family("network_layer_up", "gauge", "1 while a layer of the way into the internet is well.");
  for (std::size_t i = 0; i < rules::kNetworkLayers; ++i) {
    const auto layer = static_cast<NetworkLayer>(i);
    const LayerState state = watch_.layer_state(layer);
    if (state == LayerState::kUnknown) continue;
    out.sample("network_layer_up", {{"layer", rules::layer_name(layer)}}, state == LayerState::kOk ? 1 : 0);
  }
  const auto each = [&](const char* name, const char* help, auto value) {
    bool begun = false;
    for (std::size_t i = 0; i < target_count_; ++i) {
      const std::optional<double> number = value(watch_.pings(i));
      if (!number) continue;
      if (!std::exchange(begun, true)) out.family(name, "gauge", help);
      out.sample(name, {{"target", target_[i].name}}, *number);
    }
  };
  each("network_loss_ratio", "Pings that were not answered, of the last forty.",
       [](const rules::PingRecord& pings) -> std::optional<double> {
         const auto loss = pings.loss_percent();
         return loss ? std::optional(static_cast<double>(*loss) / 100) : std::nullopt;
       });
  each("network_latency_seconds", "How long a ping's answer took, a mean.",
       [](const rules::PingRecord& pings) -> std::optional<double> {
         return pings.latency_ms() ? std::optional(static_cast<double>(*pings.latency_ms()) / 1000) : std::nullopt;
       });
}

web::ListStatus NetworkMonitor::status() const {
  return {.state = web::ListStatus::State::kOn,
          .reason = {},
          .size = watch_.state() == State::kOk ? std::size_t{0} : std::size_t{1},
          .revision = 0};
}

std::optional<web::ProblemRow> NetworkMonitor::row(std::size_t index) const {
  if (index > 0 || !on() || watch_.state() == State::kOk) return std::nullopt;
  what_ = sentence(watch_.state(), watch_.layer(), watch_.target());
  web::ProblemRow row;
  row.part = "network";
  row.what = what_;
  row.done = "Limpet only tells, and looks again every few seconds.";
  row.condition = watch_.state() == State::kLost ? web::Condition::kCritical : web::Condition::kWarning;
  if (watch_.since()) row.age = parts_.loop.clock().steady_now() - *watch_.since();
  return row;
}

void NetworkMonitor::write_layer(NetworkLayer layer, base::FixedString<63>& text) const {
  const rules::NetworkPath& path = watch_.path();
  const auto milliseconds = [&text](std::optional<float> latency) {
    if (latency) text.appendf(*latency < 10 ? "%.1f ms" : "%.0f ms", static_cast<double>(*latency));
  };
  text.clear();
  switch (layer) {
    case NetworkLayer::kLink:
    case NetworkLayer::kAddress:
      text.append(path.interface);
      break;
    case NetworkLayer::kGateway:
      milliseconds(watch_.pings(0).latency_ms());
      if (text.empty() && path.gateway) text.append(path.gateway->text());
      break;
    case NetworkLayer::kDns:
      milliseconds(dns_ms_);
      break;
    case NetworkLayer::kInternet:
      milliseconds(internet_ms_);
      break;
  }
  const LayerState state = watch_.layer_state(layer);
  if (state == LayerState::kFail) text = layer <= NetworkLayer::kAddress ? "down" : "no answer";
  if (text.empty()) text = state == LayerState::kOk ? "answers" : "not known";
}

web::ListStatus NetworkMonitor::Layers::status() const {
  if (!owner.on()) {
    return {.state = web::ListStatus::State::kOff,
            .reason = "The network is not looked at: [network] targets is empty."};
  }
  return {.state = web::ListStatus::State::kOn, .reason = {}, .size = rules::kNetworkLayers, .revision = 0};
}

std::optional<web::LayerRow> NetworkMonitor::Layers::row(std::size_t index) const {
  if (!owner.on() || index >= rules::kNetworkLayers) return std::nullopt;
  const auto layer = static_cast<NetworkLayer>(index);
  owner.write_layer(layer, text);
  return web::LayerRow{
      .layer = rules::layer_name(layer), .state = name_of(owner.watch_.layer_state(layer)), .text = text};
}

web::ListStatus NetworkMonitor::Targets::status() const {
  web::ListStatus status = owner.layers_.status();
  status.size = owner.target_count_;
  return status;
}

std::optional<web::TargetRow> NetworkMonitor::Targets::row(std::size_t index) const {
  if (index >= owner.target_count_) return std::nullopt;
  const Target& target = owner.target_[index];
  const rules::PingRecord& pings = owner.watch_.pings(index);
  return web::TargetRow{.target = target.name,
                        .method = method_of(target.url),
                        .status = target.result.empty() ? std::string_view("unknown") : owner.status_of(index),
                        .latency_ms = pings.latency_ms(),
                        .loss_percent = pings.loss_percent()};
}

}  // namespace app

// SPDX-License-Identifier: MIT
// The network as pages, /metrics and the table network_logs show it.
#include <utility>

#include "app/network_monitor.h"

namespace app {
namespace {

using rules::LayerState;
using rules::NetworkLayer;
using State = rules::NetworkWatch::State;

std::string_view name_of(LayerState state) {
  if (state == LayerState::kUnknown) return "unknown";
  return state == LayerState::kOk ? "ok" : "fail";
}

std::string_view method_of(std::string_view url) {
  return url.starts_with("tcp:") ? "tcp" : url.starts_with("http") ? "http" : "icmp";
}

}  // namespace

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
  what_ = problem(watch_.state(), watch_.layer(), watch_.target());
  web::ProblemRow row;
  row.part = "network";
  row.what = what_;
  const base::FixedString<119> healing = parts_.healing.words(rules::TargetKind::kNetwork, Healing::kNetwork);
  done_ = "Limpet only tells, and looks again every few seconds.";
  if (!healing.empty()) {
    done_ = "Healing: ";
    done_.append(healing).append(".");
  }
  row.done = done_;
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

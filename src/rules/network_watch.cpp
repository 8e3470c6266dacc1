// SPDX-License-Identifier: MIT
#include "rules/network_watch.h"

#include <algorithm>

namespace rules {
namespace {

// What was degraded is well again below these shares of its marks.
constexpr float kClearLoss = 0.5F;
constexpr float kClearLatency = 0.8F;
// How much the newest latency counts.
constexpr float kNewest = 0.2F;

LayerState state_of(std::optional<bool> ok) {
  if (!ok) return LayerState::kUnknown;
  return *ok ? LayerState::kOk : LayerState::kFail;
}

}  // namespace

std::string_view layer_name(NetworkLayer layer) {
  constexpr std::array<std::string_view, kNetworkLayers> kNames = {"Link", "Address", "Gateway", "DNS", "Internet"};
  return kNames[static_cast<std::size_t>(layer)];
}

void PingRecord::add(std::optional<float> latency_ms) {
  lost_[next_] = !latency_ms;
  next_ = (next_ + 1) % kPings;
  count_ = std::min(count_ + 1, kPings);
  if (!latency_ms) return;
  ever_answered_ = true;
  latency_ = latency_ ? *latency_ + kNewest * (*latency_ms - *latency_) : *latency_ms;
}

std::optional<float> PingRecord::loss_percent() const {
  if (count_ < kFewest) return std::nullopt;
  return 100 * static_cast<float>(lost_.count()) / static_cast<float>(count_);
}

void NetworkWatch::remember(EventKind kind) {
  if (kind != EventKind::kNetworkLost && kind != EventKind::kNetworkDegraded) return;
  if (since_) return;
  state_ = told_ = kind == EventKind::kNetworkLost ? State::kLost : State::kDegraded;
  layer_ = NetworkLayer::kInternet;
}

LayerState NetworkWatch::gateway_state(const NetworkRound& round) const {
  const NetworkPath& path = round.path;
  if (path.link == LayerState::kFail || path.address == LayerState::kFail) return LayerState::kUnknown;
  if (!path.has_default_route) return path.interface.empty() ? LayerState::kUnknown : LayerState::kFail;
  if (!path.gateway) return LayerState::kOk;
  if (!round.gateway_answers) return LayerState::kUnknown;
  if (*round.gateway_answers) return LayerState::kOk;
  return !pings_[0].ever_answered() && path.neighbour ? LayerState::kOk : LayerState::kFail;
}

bool NetworkWatch::is_degraded(const PingRecord& pings) const {
  const auto loss = pings.loss_percent();
  // One that never answers takes no pings; that says nothing of the way there.
  if (!loss || !pings.ever_answered() || *loss >= 100) return false;
  const bool already = state_ == State::kDegraded;
  const float most_loss = policy_.loss_percent * (already ? kClearLoss : 1);
  const float most_latency = policy_.latency_ms * (already ? kClearLatency : 1);
  if (policy_.loss_percent > 0 && *loss >= most_loss) return true;
  return policy_.latency_ms > 0 && pings.latency_ms().value_or(0) > most_latency;
}

std::optional<std::size_t> NetworkWatch::find_degraded() const {
  for (std::size_t i = 0; i < pings_.size(); ++i) {
    if (is_degraded(pings_[i])) return i;
  }
  return std::nullopt;
}

void NetworkWatch::on_round(const NetworkRound& round, base::SteadyTime now) {
  path_ = round.path;
  layers_ = {round.path.link, round.path.address, gateway_state(round), state_of(round.dns), state_of(round.internet)};
  const bool lost = round.internet == false || round.dns == false;
  const auto degraded = lost ? std::nullopt : find_degraded();
  const State wanted = lost ? State::kLost : degraded ? State::kDegraded : State::kOk;
  rounds_ = wanted == wanted_ ? rounds_ + 1 : 1;
  wanted_ = wanted;
  if (lost) {
    // Pings into a broken network say nothing of how it is when it is back.
    for (PingRecord& pings : pings_) pings.drop_losses();
  }
  if (wanted == state_ || rounds_ < kRounds) return;
  if (state_ == State::kOk) since_ = now;
  state_ = wanted;
  if (lost) {
    const auto broken = std::ranges::find(layers_, LayerState::kFail);
    layer_ = static_cast<NetworkLayer>(broken - layers_.begin());
  } else if (degraded) {
    layer_ = *degraded == 0 ? NetworkLayer::kGateway : NetworkLayer::kInternet;
    target_ = *degraded;
  }
}

std::optional<NetworkWatch::News> NetworkWatch::take_news() {
  if (state_ == told_) return std::nullopt;
  told_ = state_;
  News news{.layer = layer_, .target = target_, .since = since_};
  news.kind = state_ == State::kLost       ? EventKind::kNetworkLost
              : state_ == State::kDegraded ? EventKind::kNetworkDegraded
                                           : EventKind::kNetworkRecovered;
  news.critical = state_ == State::kLost ||
                  (state_ == State::kDegraded && pings_[target_].loss_percent().value_or(0) >= kCriticalLoss);
  if (state_ == State::kOk) since_.reset();
  return news;
}

}  // namespace rules

// SPDX-License-Identifier: MIT
// What is worth telling about the way into the internet: from what a round of looking found, layer by layer, and from
// pings, to one problem that names the lowest broken layer, and its end. Holds no text and no clock. Pure.
//
//   ok        everything that is looked at answers
//   degraded  it is there, but loses packets or is slow
//   lost      there is no internet, or its names are not known: told with the lowest layer that is broken
//
// A state counts once two rounds running have found it. A gateway that never answered a ping may be one that does not:
// it is judged by its entry among the neighbours.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/ip_address.h"
#include "rules/event_kind.h"
#include "rules/sample.h"

namespace rules {

/// From the lowest on: each needs those before it.
enum class NetworkLayer : std::uint8_t { kLink, kAddress, kGateway, kDns, kInternet };
inline constexpr std::size_t kNetworkLayers = 5;
enum class LayerState : std::uint8_t { kUnknown, kOk, kFail };

/// What the box's own tables say.
struct NetworkPath {
  InterfaceName interface;  // that the default route goes through, or went; empty: there is none
  LayerState link = LayerState::kUnknown;
  LayerState address = LayerState::kUnknown;
  bool has_default_route = false;
  std::optional<base::IpAddress> gateway;  // nothing: the other end of a line, or one of IPv6
  bool neighbour = false;                  // the gateway has answered on the link, not long ago
};

struct NetworkRound {
  NetworkPath path;
  std::optional<bool> gateway_answers;  // a ping; nothing: it was not asked
  std::optional<bool> dns;              // a server answered
  std::optional<bool> internet;
};

/// The last pings of one target.
class PingRecord {
 public:
  static constexpr std::size_t kPings = 40;
  static constexpr std::size_t kFewest = 20;  // before that nothing is judged

  void add(std::optional<float> latency_ms);
  void clear() { *this = {}; }
  /// Begins anew, but for what the target once did.
  void drop_losses() {
    lost_.reset();
    count_ = next_ = 0;
  }
  bool ever_answered() const { return ever_answered_; }
  /// Nothing before there are kFewest pings.
  std::optional<float> loss_percent() const;
  /// Of the last that was answered; a mean, in which older ones count less and less.
  std::optional<float> latency_ms() const { return latency_; }

 private:
  std::bitset<kPings> lost_;
  std::size_t count_ = 0;
  std::size_t next_ = 0;
  std::optional<float> latency_;
  bool ever_answered_ = false;
};

struct NetworkPolicy {
  float loss_percent = 10;
  float latency_ms = 200;
};

class NetworkWatch {
 public:
  static constexpr std::size_t kTargets = 5;  // the first is the gateway
  static constexpr float kCriticalLoss = 50;
  static constexpr unsigned kRounds = 2;

  enum class State : std::uint8_t { kOk, kDegraded, kLost };
  struct News {
    EventKind kind{};
    bool critical = false;
    NetworkLayer layer{};    // that is, or was, the lowest broken one
    std::size_t target = 0;  // of kDegraded
    std::optional<base::SteadyTime> since;
  };

  void configure(const NetworkPolicy& policy) { policy_ = policy; }
  /// An alert of an earlier run whose end was not told.
  void remember(EventKind kind);

  void on_ping(std::size_t target, std::optional<float> latency_ms) { pings_[target].add(latency_ms); }
  /// It is another one from now on.
  void forget(std::size_t target) { pings_[target].clear(); }
  void on_round(const NetworkRound& round, base::SteadyTime now);
  std::optional<News> take_news();

  /// Not well, or not sure: another round soon says more.
  bool in_doubt() const { return state_ != State::kOk || wanted_ != state_; }
  State state() const { return state_; }
  /// What the last round alone would make of it.
  State newest() const { return wanted_; }
  NetworkLayer layer() const { return layer_; }
  std::size_t target() const { return target_; }
  std::optional<base::SteadyTime> since() const { return since_; }
  LayerState layer_state(NetworkLayer layer) const { return layers_[static_cast<std::size_t>(layer)]; }
  const NetworkPath& path() const { return path_; }
  const PingRecord& pings(std::size_t target) const { return pings_[target]; }

 private:
  LayerState gateway_state(const NetworkRound& round) const;
  std::optional<std::size_t> find_degraded() const;
  bool is_degraded(const PingRecord& pings) const;

  NetworkPolicy policy_;
  NetworkPath path_;
  std::array<LayerState, kNetworkLayers> layers_{};
  std::array<PingRecord, kTargets> pings_;
  State state_ = State::kOk;
  State told_ = State::kOk;
  State wanted_ = State::kOk;  // by the last rounds
  unsigned rounds_ = 0;
  NetworkLayer layer_{};
  std::size_t target_ = 0;
  std::optional<base::SteadyTime> since_;
};

std::string_view layer_name(NetworkLayer layer);

}  // namespace rules

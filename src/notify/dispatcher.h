// SPDX-License-Identifier: MIT
// Sends what waits in the outbox: a lane for each channel of the registry, none of which waits for another.
#pragma once

#include <array>
#include <cstddef>
#include <utility>

#include "notify/lane.h"
#include "notify/registry.h"

namespace notify {

class Dispatcher {
 public:
  /// All are borrowed and outlive this. `settings` may change at any time, followed by reconfigure().
  Dispatcher(event::Loop& loop, net::Resolver& resolver, net::TlsService& tls, store::Outbox& outbox,
             const config::Settings& settings, base::Callback<const Undelivered&> on_undelivered);

  /// At the start, after each commit, and now and then.
  void wake();
  void reconfigure(std::string_view host_name);
  /// Begins nothing more; what is under way goes on to its end.
  void stop();
  bool sending() const;

  std::uint64_t delivered() const;  // messages since the start

  const std::array<Lane, kChannels>& lanes() const { return lanes_; }

 private:
  template <std::size_t... I>
  Dispatcher(event::Loop& loop, net::Resolver& resolver, net::TlsService& tls, store::Outbox& outbox,
             const config::Settings& settings, base::Callback<const Undelivered&> on_undelivered,
             std::index_sequence<I...>);

  std::array<Lane, kChannels> lanes_;
};

}  // namespace notify

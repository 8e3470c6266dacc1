// SPDX-License-Identifier: MIT
#include "notify/dispatcher.h"

#include <algorithm>

namespace notify {

template <std::size_t... I>
Dispatcher::Dispatcher(event::Loop& loop, net::Resolver& resolver, net::TlsService& tls, store::Outbox& outbox,
                       const config::Settings& settings, base::Callback<const Undelivered&> on_undelivered,
                       std::index_sequence<I...>)
    : lanes_{Lane(loop, resolver, tls, outbox, settings, *registry()[I], on_undelivered)...} {}

Dispatcher::Dispatcher(event::Loop& loop, net::Resolver& resolver, net::TlsService& tls, store::Outbox& outbox,
                       const config::Settings& settings, base::Callback<const Undelivered&> on_undelivered)
    : Dispatcher(loop, resolver, tls, outbox, settings, on_undelivered, std::make_index_sequence<kChannels>()) {}

void Dispatcher::wake() {
  for (Lane& lane : lanes_) lane.wake();
}

void Dispatcher::stop() {
  for (Lane& lane : lanes_) lane.stop();
}

bool Dispatcher::sending() const {
  return std::ranges::any_of(lanes_, [](const Lane& lane) { return lane.sending(); });
}

void Dispatcher::reconfigure(std::string_view host_name) {
  for (Lane& lane : lanes_) lane.reconfigure(host_name);
}

std::uint64_t Dispatcher::delivered() const {
  std::uint64_t count = 0;
  for (const Lane& lane : lanes_) count += lane.delivered();
  return count;
}

}  // namespace notify

// SPDX-License-Identifier: MIT
#include "notify/dispatcher.h"

#include <algorithm>

namespace notify {

template <std::size_t... I>
Dispatcher::Dispatcher(event::Loop& loop, net::Resolver& resolver, net::TlsService& tls, store::Outbox& outbox,
                       const config::Settings& settings, std::index_sequence<I...>)
    : lanes_{Lane(loop, resolver, tls, outbox, settings, *registry()[I])...} {}

Dispatcher::Dispatcher(event::Loop& loop, net::Resolver& resolver, net::TlsService& tls, store::Outbox& outbox,
                       const config::Settings& settings)
    : Dispatcher(loop, resolver, tls, outbox, settings, std::make_index_sequence<kChannels>()) {}

void Dispatcher::wake() {
  for (Lane& lane : lanes_) lane.wake();
}

void Dispatcher::stop() {
  for (Lane& lane : lanes_) lane.stop();
}

bool Dispatcher::sending() const {
  return std::ranges::any_of(lanes_, [](const Lane& lane) { return lane.sending(); });
}

void Dispatcher::reconfigure() {
  for (Lane& lane : lanes_) lane.reconfigure();
}

}  // namespace notify

// SPDX-License-Identifier: MIT
#include "notify/dispatcher.h"

namespace notify {

template <std::size_t... I>
Dispatcher::Dispatcher(event::Loop& loop, net::Resolver& resolver, store::Outbox& outbox,
                       const config::Settings& settings, std::index_sequence<I...>)
    : lanes_{Lane(loop, resolver, outbox, settings, *registry()[I])...} {}

Dispatcher::Dispatcher(event::Loop& loop, net::Resolver& resolver, store::Outbox& outbox,
                       const config::Settings& settings)
    : Dispatcher(loop, resolver, outbox, settings, std::make_index_sequence<kChannels>()) {}

void Dispatcher::wake() {
  for (Lane& lane : lanes_) lane.wake();
}

void Dispatcher::reconfigure() {
  for (Lane& lane : lanes_) lane.reconfigure();
}

}  // namespace notify

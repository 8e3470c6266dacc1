// SPDX-License-Identifier: MIT
#include "notify/registry.h"

#include <doctest/doctest.h>

TEST_CASE("every channel that the configuration can name is there, whole, in its place") {
  for (std::size_t i = 0; i < notify::kChannels; ++i) {
    const notify::Channel* channel = notify::registry()[i];
    CAPTURE(i);
    REQUIRE(channel != nullptr);
    CHECK(static_cast<std::size_t>(channel->id) == i);
    CHECK(channel->name() == config::kChannelNames[i]);
    CHECK(channel->timeout > std::chrono::milliseconds(0));
    const bool whole = channel->configured != nullptr && channel->url != nullptr && channel->write != nullptr &&
                       channel->judge != nullptr && channel->pause != nullptr;
    CHECK(whole);
  }
}

TEST_CASE("who is told: the configured ones of the route, else every configured one, else nobody") {
  config::Settings settings;
  config::ChannelSet route;
  route.add(config::Channel::kN8n);
  CHECK(notify::recipients(route, settings).count == 0);
  settings.n8n_url = "http://n8n.lan/";
  REQUIRE(notify::recipients(route, settings).count == 1);
  CHECK(notify::recipients(route, settings).span()[0] == "n8n");
  CHECK(notify::recipients({}, settings).count == 1);
}

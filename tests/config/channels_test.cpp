// SPDX-License-Identifier: MIT
#include "config/channels.h"

#include <doctest/doctest.h>

using config::Channel;

TEST_CASE("a list of channels is read and printed") {
  for (const char* text : {"n8n", " n8n ", "n8n,n8n", "n8n , n8n"}) {
    CAPTURE(text);
    const auto channels = config::parse_channels(text);
    REQUIRE(channels);
    CHECK(channels->has(Channel::kN8n));
    CHECK(config::format_channels(*channels) == "n8n");
  }
  CHECK(config::format_channels({}).empty());
  CHECK(config::channel_name(Channel::kN8n) == "n8n");
}

TEST_CASE("what is no list of channels is refused as a whole") {
  for (const char* text : {"", ",", "n8n,", ",n8n", "n8n,,n8n", "N8N", "n8n slack", "n8n;n8n"}) {
    CAPTURE(text);
    CHECK_FALSE(config::parse_channels(text));
  }
}

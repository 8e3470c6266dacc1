// SPDX-License-Identifier: MIT
// A way to tell a person: how one alert becomes a request, and what the service's answer means. Each channel is one
// file with one of these, and one line in registry.cpp; it holds nothing and sends nothing itself.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "base/text_writer.h"
#include "config/channels.h"
#include "config/settings.h"
#include "rules/backoff.h"
#include "rules/event.h"
#include "rules/url.h"

namespace notify {

struct Channel {
  config::Channel id{};
  /// For the whole of a try.
  std::chrono::milliseconds timeout{};
  /// Whether the settings have all that it needs.
  bool (*configured)(const config::Settings& settings) = nullptr;
  /// Where it is sent. Only when configured.
  base::Result<rules::Url> (*url)(const config::Settings& settings) = nullptr;
  /// The body of the POST, JSON.
  void (*write)(const rules::Event& event, base::TextWriter& body) = nullptr;
  /// What became of it, by the status of the answer.
  rules::Delivery (*judge)(std::uint16_t status) = nullptr;

  std::string_view name() const { return config::channel_name(id); }
};

}  // namespace notify

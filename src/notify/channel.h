// SPDX-License-Identifier: MIT
// A way to tell a person: how one alert becomes a request, and what the service's answer means. Each channel is one
// file with one of these, and one line in registry.cpp; it holds nothing and sends nothing itself.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/error.h"
#include "base/fixed_string.h"
#include "base/text_writer.h"
#include "config/channels.h"
#include "config/settings.h"
#include "rules/backoff.h"
#include "rules/event.h"
#include "rules/url.h"

namespace notify {

/// What is sent, and what a channel may need to know for it.
struct Message {
  const rules::Event& event;
  const config::Settings& settings;
  std::string_view host_name;  // of this box
  std::string_view moved_to;   // see Verdict; empty: it did not
};

/// What a service answered, as far as somebody looks at it.
struct Answer {
  std::uint16_t status = 0;
  std::string_view body;                                 // its beginning, 1 KiB at most
  bool cut_off = false;                                  // the connection ended within it
  std::optional<std::chrono::seconds> retry_after = {};  // the field Retry-After
  std::optional<base::WallTime> limit_reset = {};        // the field X-Limit-App-Reset, of Pushover
  base::WallTime now{};
};

/// What became of the alert.
struct Verdict {
  rules::Delivery delivery = rules::Delivery::kRetry;
  base::FixedString<160> problem = {};            // for a person; empty when it was delivered
  std::optional<std::chrono::seconds> wait = {};  // the service asks not to be tried before
  /// It takes nothing until then, however long that is: meanwhile others are told.
  std::optional<std::chrono::seconds> closed_for = {};
  base::FixedString<31> moved_to = {};  // where it is to be sent from now on
};

struct Channel {
  config::Channel id{};
  /// For the whole of a try.
  std::chrono::milliseconds timeout{};
  /// The first try again does not come before this.
  std::chrono::seconds shortest_wait{0};
  /// Whether a problem and its end may go as one message, and many alerts as a digest.
  bool folds = true;
  std::size_t digest_bytes = rules::Event::kMaxText;  // of a digest's text
  std::string_view content_type = "application/json";
  /// Whether the settings have all that it needs.
  bool (*configured)(const config::Settings& settings) = nullptr;
  /// Where it is sent. Only when configured.
  base::Result<rules::Url> (*url)(const config::Settings& settings) = nullptr;
  /// The body of the POST. `most`: bytes of the event's text that it may take, so that a text whose escapes do not fit
  /// can be written again, shorter.
  void (*write)(const Message& message, std::size_t most, base::TextWriter& body) = nullptr;
  Verdict (*judge)(const Answer& answer) = nullptr;
  /// The time between two messages that the service asks for.
  std::chrono::milliseconds (*pause)(const config::Settings& settings) = nullptr;
  /// The value of the field X-Limpet-Signature; empty: the body is not signed. nullptr: it never is.
  base::FixedString<80> (*sign)(const config::Settings& settings, std::string_view body) = nullptr;

  std::string_view name() const { return config::channel_name(id); }
};

/// By the status alone: for services whose bodies say nothing more.
Verdict judge_by_status(const Answer& answer);

/// No service at all: the same for every channel.
inline std::chrono::milliseconds no_pause(const config::Settings& /*settings*/) { return {}; }

}  // namespace notify

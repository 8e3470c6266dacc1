// SPDX-License-Identifier: MIT
// The ways an alert can go, as the configuration names them. notify/registry.cpp says for each how it works.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace config {

enum class Channel : std::uint8_t { kN8n, kPushover, kTelegram, kSlack, kWebhook };

inline constexpr std::array<std::string_view, 5> kChannelNames = {"n8n", "pushover", "telegram", "slack", "webhook"};

constexpr std::string_view channel_name(Channel channel) { return kChannelNames[static_cast<std::size_t>(channel)]; }

/// Some of them: the route of a sort of alert.
class ChannelSet {
 public:
  constexpr void add(Channel channel) { bits_ |= bit(channel); }
  constexpr bool has(Channel channel) const { return (bits_ & bit(channel)) != 0; }
  constexpr bool empty() const { return bits_ == 0; }

  friend constexpr bool operator==(ChannelSet, ChannelSet) = default;

 private:
  static constexpr std::uint32_t bit(Channel channel) { return std::uint32_t{1} << static_cast<unsigned>(channel); }

  std::uint32_t bits_ = 0;
};

/// "pushover, telegram": at least one name. Nothing when one of them is none.
std::optional<ChannelSet> parse_channels(std::string_view text);
std::string format_channels(ChannelSet channels);

}  // namespace config

// SPDX-License-Identifier: MIT
// Every channel there is, and which of them an alert goes to.
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "base/limits.h"
#include "notify/channel.h"

namespace notify {

inline constexpr std::size_t kChannels = config::kChannelNames.size();
static_assert(kChannels == base::limits::kAlertChannels);

/// In the order of config::Channel.
const std::array<const Channel*, kChannels>& registry();

/// The names of the channels for a route: those of it that are configured, or when none is, all that are.
struct Recipients {
  std::array<std::string_view, kChannels> names{};
  std::size_t count = 0;

  std::span<const std::string_view> span() const { return {names.data(), count}; }
};
Recipients recipients(config::ChannelSet route, const config::Settings& settings);

}  // namespace notify

// SPDX-License-Identifier: MIT
#include "config/channels.h"

#include <algorithm>

#include "config/text.h"

namespace config {

std::optional<ChannelSet> parse_channels(std::string_view text) {
  ChannelSet channels;
  for (bool more = true; more;) {
    const std::size_t comma = text.find(',');
    const auto* const found = std::ranges::find(kChannelNames, trim(text.substr(0, comma)));
    if (found == kChannelNames.end()) return std::nullopt;
    channels.add(static_cast<Channel>(found - kChannelNames.begin()));
    more = comma != std::string_view::npos;
    if (more) text.remove_prefix(comma + 1);
  }
  return channels;
}

std::string format_channels(ChannelSet channels) {
  std::string text;
  for (std::size_t i = 0; i < kChannelNames.size(); ++i) {
    if (!channels.has(static_cast<Channel>(i))) continue;
    if (!text.empty()) text += ", ";
    text += kChannelNames[i];
  }
  return text;
}

}  // namespace config

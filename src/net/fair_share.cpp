// SPDX-License-Identifier: MIT
#include "net/fair_share.h"

#include <algorithm>

namespace net {
namespace {

std::ptrdiff_t held_by(std::span<const Holder> holders, const Peer& peer) {
  return std::ranges::count_if(holders, [&](const Holder& holder) { return holder.peer.shares_with(peer); });
}

}  // namespace

std::optional<std::size_t> choose_displaced(std::span<const Holder> holders, const Peer& newcomer, base::SteadyTime now,
                                            base::Duration patience) {
  const std::ptrdiff_t own = held_by(holders, newcomer);
  std::ptrdiff_t most = 0;
  for (const Holder& holder : holders) most = std::max(most, held_by(holders, holder.peer));
  const bool unfair = own + 1 < most;
  const std::ptrdiff_t least = unfair ? most : own;
  std::optional<std::size_t> chosen;
  for (std::size_t i = 0; i < holders.size(); ++i) {
    if (held_by(holders, holders[i].peer) < least) continue;
    if (!chosen || holders[i].waiting_since < holders[*chosen].waiting_since) chosen = i;
  }
  if (chosen && !unfair && now - holders[*chosen].waiting_since <= patience) return std::nullopt;
  return chosen;
}

}  // namespace net

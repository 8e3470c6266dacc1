// SPDX-License-Identifier: MIT
// Who has to give up a thing of which there are too few, when somebody new wants one and all are out. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "base/time.h"
#include "net/peer.h"

namespace net {

struct Holder {
  Peer peer;
  base::SteadyTime waiting_since;  // since when the daemon waits for this peer
};

/// The index in `holders` of the one to displace; nothing: the newcomer has to do without.
///
/// The peer that holds the most gives up the one that has been waited for longest, at once, when the newcomer's own
/// peer would still not hold more than it afterwards. So however busily one peer uses all it has, another gets its
/// turn. Among those that hold no less than the newcomer's peer, only one that has been waited for over `patience`
/// gives way: nobody is displaced by a peer that holds more.
std::optional<std::size_t> choose_displaced(std::span<const Holder> holders, const Peer& newcomer, base::SteadyTime now,
                                            base::Duration patience);

}  // namespace net

// SPDX-License-Identifier: MIT
#include "web/key_guard.h"

#include <algorithm>

namespace web {

bool KeyGuard::is_over(const Entry& entry, base::SteadyTime now) {
  return now - entry.begin >= (entry.wrong >= kWrongKeys ? kClosed : kWindow);
}

const KeyGuard::Entry* KeyGuard::find(const net::Peer& peer) const {
  const auto same = [&](const Entry& entry) { return entry.wrong > 0 && entry.peer.shares_with(peer); };
  const auto* const found = std::ranges::find_if(entries_, same);
  return found != entries_.end() ? found : nullptr;
}

bool KeyGuard::on_wrong_key(const net::Peer& peer, base::SteadyTime now) {
  Entry* entry = const_cast<Entry*>(find(peer));
  if (entry == nullptr) {
    // A free one, else the oldest: a crowd of addresses may so free one early, but each key it tries costs it a place.
    entry = std::ranges::min_element(entries_, {},
                                     [](const Entry& e) { return e.wrong == 0 ? base::SteadyTime::min() : e.begin; });
    *entry = {.peer = peer, .begin = now};
  }
  if (is_over(*entry, now)) *entry = {.peer = peer, .begin = now};
  if (entry->wrong >= kWrongKeys) return false;
  if (++entry->wrong < kWrongKeys) return false;
  entry->begin = now;
  return true;
}

void KeyGuard::on_right_key(const net::Peer& peer) {
  if (Entry* const entry = const_cast<Entry*>(find(peer))) *entry = {};
}

bool KeyGuard::closed(const net::Peer& peer, base::SteadyTime now) const {
  const Entry* const entry = find(peer);
  return entry != nullptr && entry->wrong >= kWrongKeys && !is_over(*entry, now);
}

}  // namespace web

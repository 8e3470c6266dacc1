// SPDX-License-Identifier: MIT
// Counts wrong keys by who gave them: after kWrongKeys within kWindow a peer is closed for kClosed, so that a key
// cannot be found by trying. Pure; a fixed table, of which the oldest entry goes when it is full.
#pragma once

#include <array>
#include <cstdint>

#include "base/time.h"
#include "net/peer.h"

namespace web {

class KeyGuard {
 public:
  static constexpr std::uint8_t kWrongKeys = 10;
  static constexpr base::Duration kWindow = std::chrono::minutes(1);
  static constexpr base::Duration kClosed = std::chrono::minutes(1);

  /// True once, when this key closes the peer.
  bool on_wrong_key(const net::Peer& peer, base::SteadyTime now);
  void on_right_key(const net::Peer& peer);
  bool closed(const net::Peer& peer, base::SteadyTime now) const;

 private:
  struct Entry {
    net::Peer peer;
    base::SteadyTime begin{};  // of the window, or when it was closed
    std::uint8_t wrong = 0;    // 0: a free entry
  };
  static bool is_over(const Entry& entry, base::SteadyTime now);
  const Entry* find(const net::Peer& peer) const;

  std::array<Entry, 32> entries_;
};

}  // namespace web

// SPDX-License-Identifier: MIT
// What all connections of one HTTP server share; outlives them.
#pragma once

#include <array>
#include <cstdint>

#include "base/callback.h"
#include "base/limits.h"
#include "event/loop.h"
#include "net/http_service.h"
#include "net/large_buffers.h"
#include "net/peer.h"
#include "net/tls_door.h"

namespace net {

/// What happened since the start.
struct HttpStatistics {
  std::uint64_t accepted = 0;
  std::uint64_t turned_away = 0;  // 503: every slot was taken
  std::uint64_t cut_off = 0;      // closed to make room for another
  std::uint64_t answered = 0;     // of all statuses
  std::uint64_t failed = 0;       // of those: 4xx and 5xx
  std::uint64_t timed_out = 0;    // connections ended by a deadline, idle ones not counted
  std::uint64_t events = 0;       // sent to streams
  std::uint64_t long_events = 0;  // left out: longer than EventSource::kEventBytes
  std::uint64_t accept_failures = 0;
};

using SmallBuffer = std::array<char, base::limits::kHttpSmallBuffer>;

struct HttpShared {
  event::Loop& loop;
  HttpService& service;
  /// All large buffers are lent, and this peer wants one: takes one from a peer that has too many, if there is one.
  base::Callback<const Peer&> free_large_buffer;
  /// The same for streams, of which fewer may be over TLS; false: there is still none free.
  base::Callback<const Peer&, bool, bool&> make_room_for_stream;
  TlsDoor tls;
  LargeBuffers large{};
  HttpStatistics statistics{};

  /// An empty lease when there is none left for this peer.
  LargeBuffers::Lease borrow(const Peer& peer) {
    if (LargeBuffers::Lease lease = large.lend()) return lease;
    free_large_buffer(peer);
    return large.lend();
  }
};

}  // namespace net

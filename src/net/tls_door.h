// SPDX-License-Identifier: MIT
// TLS as the HTTP server speaks it: its certificate, how many connections may have it at once, and when a handshake may
// begin. A connection costs memory for TLS from its first byte on, and only when that begins TLS: whoever says nothing
// costs none. Outlives the connections.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/callback.h"
#include "base/error.h"
#include "base/fixed_string.h"
#include "base/time.h"
#include "lib/tls_server.h"
#include "net/connection.h"
#include "net/peer.h"
#include "os/clock.h"

namespace net {

class TlsDoor {
 public:
  struct Statistics {
    std::uint64_t agreed = 0;  // handshakes that came to their end
    std::uint64_t failed = 0;  // and those that did not, also for want of memory
    std::uint64_t plain = 0;   // peers that spoke no TLS
  };
  enum class Step : std::uint8_t {
    kAgain,  // after others had their turn
    kWantRead,
    kWantWrite,
    kLater,  // not now: a tick comes, or too many have TLS already
    kPlain,  // the peer speaks something else
    kDone,
    kFailed,
  };

  /// `make_room` is told of a peer that wants TLS, and answers whether one more may have it.
  TlsDoor(const os::Clock& clock, base::Callback<const Peer&, bool&> make_room)
      : clock_(clock), make_room_(make_room) {}

  /// Another chain and key (PEM); both empty: none. Errors: lib::TlsServer's, and the earlier pair stays. `end_all` is
  /// called before the earlier pair goes: its connections must not outlive it.
  base::Result<void> configure(std::string_view chain, std::string_view key, base::Callback<> end_all);
  /// Peers on TCP have to speak TLS.
  bool is_open() const { return server_.is_open(); }
  /// The tick that no handshake is to make late.
  void set_next_tick(base::WallTime tick) { next_tick_ = tick; }

  /// The next step of what makes `connection`, whose socket is there, one with TLS.
  Step shake_hands(Connection& connection, const Peer& peer);

  const Statistics& statistics() const { return statistics_; }

 private:
  Step begin(Connection& connection, const Peer& peer);

  const os::Clock& clock_;
  base::Callback<const Peer&, bool&> make_room_;
  lib::TlsServer server_;
  base::FixedString<64> pair_;  // a digest: an equal pair is not taken over again
  base::WallTime next_tick_{};
  Statistics statistics_;
};

}  // namespace net

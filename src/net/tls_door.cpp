// SPDX-License-Identifier: MIT
#include "net/tls_door.h"

#include <sys/socket.h>

#include <cerrno>

#include "lib/hmac.h"
#include "rules/quiet_time.h"

namespace net {
namespace {

constexpr char kHandshakeRecord = 0x16;  // RFC 8446 section 5.1: what a peer that speaks TLS begins with

}  // namespace

base::Result<void> TlsDoor::configure(std::string_view chain, std::string_view key, base::Callback<> end_all) {
  const base::FixedString<64> pair = lib::hmac_sha256(key, chain);
  if (pair == pair_) return {};
  if (chain.empty() && key.empty()) {
    end_all();
    server_.close();
  } else {
    lib::TlsServer fresh;
    if (auto opened = fresh.open(chain, key); !opened) return opened;
    end_all();
    server_ = std::move(fresh);
  }
  pair_ = pair;
  return {};
}

TlsDoor::Step TlsDoor::begin(Connection& connection, const Peer& peer) {
  char first = 0;
  const ssize_t got = ::recv(connection.fd.get(), &first, 1, MSG_PEEK);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return Step::kWantRead;
  if (got <= 0) return Step::kFailed;
  if (first != kHandshakeRecord) {
    ++statistics_.plain;
    return Step::kPlain;
  }
  if (rules::quiet_wait(clock_.wall_now(), next_tick_) > base::Duration::zero()) return Step::kLater;
  bool room = false;
  make_room_(peer, room);
  if (!room) return Step::kLater;
  if (connection.tls.open(server_, connection.fd.get())) return Step::kAgain;
  ++statistics_.failed;
  return Step::kFailed;
}

TlsDoor::Step TlsDoor::shake_hands(Connection& connection, const Peer& peer) {
  if (!connection.tls) return begin(connection, peer);
  switch (connection.tls.shake_hands()) {
    case lib::TlsStream::Handshake::kAgain:
      return Step::kAgain;
    case lib::TlsStream::Handshake::kWantRead:
      return Step::kWantRead;
    case lib::TlsStream::Handshake::kWantWrite:
      return Step::kWantWrite;
    case lib::TlsStream::Handshake::kDone:
      ++statistics_.agreed;
      return Step::kDone;
    case lib::TlsStream::Handshake::kFailed:
      break;
  }
  ++statistics_.failed;
  return Step::kFailed;
}

}  // namespace net

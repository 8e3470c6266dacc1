// SPDX-License-Identifier: MIT
// TLS 1.2 and 1.3 (RFC 5246, RFC 8446) over sockets of the caller's: the wrapper over mbedTLS. A client always verifies
// certificate and host name, against the CA bundle; servers are of tls_server.h. Never waits: each step says what to
// poll(2) for. All memory is mbedTLS's own (tls_heap.h), inside its limit.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/io_result.h"
#include "lib/tls_problem.h"
#include "lib/tls_server.h"

namespace lib {

/// Of mbedTLS.
std::string_view tls_version();

/// What is spoken over TLS. Servers of HTTP are told so (ALPN, RFC 7301); others may not know what that is.
enum class TlsUse : std::uint8_t { kHttp, kOther };

/// What all connections of clients share: the authorities that are believed, and one saved session a host. Outlives its
/// streams.
class TlsClient {
 public:
  explicit TlsClient(TlsUse use = TlsUse::kHttp) : use_(use) {}
  TlsClient(const TlsClient&) = delete;
  TlsClient& operator=(const TlsClient&) = delete;
  ~TlsClient();

  /// Reads the bundle. May be called again at any time: open streams stay, saved sessions are forgotten.
  base::Result<void> open(std::string_view ca_file);
  /// The last open() succeeded.
  bool is_open() const { return authorities() > 0; }
  /// Certificates in the bundle.
  std::size_t authorities() const;

 private:
  friend class TlsStream;
  struct Shared;

  TlsUse use_;
  Shared* shared_ = nullptr;
};

/// One connection.
class TlsStream {
 public:
  enum class Handshake : std::uint8_t {
    kAgain,  // a step is done: call again, maybe after others had their turn
    kWantRead,
    kWantWrite,
    kDone,
    kFailed,  // error() says why
  };

  TlsStream() = default;
  TlsStream(TlsStream&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}
  TlsStream& operator=(TlsStream&& other) noexcept {
    std::swap(state_, other.state_);
    return *this;
  }
  ~TlsStream() { forget(); }

  /// `fd` is a connected, non-blocking socket; it is borrowed. `host` is who the certificate has to be for; host and
  /// port tell whose saved session is taken.
  base::Result<void> open(TlsClient& client, int fd, std::string_view host, std::uint16_t port);
  /// As a server. Errors: there is no memory left.
  base::Result<void> open(TlsServer& server, int fd);
  explicit operator bool() const { return state_ != nullptr; }
  /// Says goodbye to the peer as far as that needs no wait, and ends this. (The destructor leaves the socket alone.)
  void close();

  /// The next step of the handshake. Nothing else is to be called before it is kDone.
  Handshake shake_hands();
  /// kClosed: the peer said goodbye; a connection that just ends is kFailed, since anybody could have cut it.
  base::IoResult read(std::span<char> room);
  /// After a kWant… the same bytes have to be given again.
  base::IoResult write(std::string_view bytes);
  /// Something is here already that poll(2) does not tell.
  bool pending() const;

  /// Why the last call gave kFailed.
  TlsError error() const;
  /// The handshake offered a saved session. When it failed, that session is forgotten, and may have been why: mbedTLS
  /// then speaks only the session's TLS, which is no more the server's.
  bool offered_session() const;
  /// The handshake took up a saved session: no certificate was sent.
  bool resumed() const;
  /// "TLSv1.3"
  std::string_view protocol() const;

 private:
  struct State;

  void forget();
  base::IoResult fail(int code);

  State* state_ = nullptr;
};

}  // namespace lib

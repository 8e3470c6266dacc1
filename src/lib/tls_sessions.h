// SPDX-License-Identifier: MIT
// The last session of each TLS server, so that the next handshake with it is short (RFC 5077, RFC 8446 section 2.2).
// Kept in mbedTLS's memory as bytes of its own, which are smaller than its objects; a certificate that was verified
// with them is not verified again.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/fixed_string.h"
#include "base/limits.h"

struct mbedtls_ssl_context;

namespace lib {

class TlsSessions {
 public:
  TlsSessions() = default;
  TlsSessions(const TlsSessions&) = delete;
  TlsSessions& operator=(const TlsSessions&) = delete;
  ~TlsSessions() { clear(); }

  /// Takes the session that `ssl` has got from the server `key` ("host:port"). Left out when there is no memory.
  void save(std::string_view key, const mbedtls_ssl_context& ssl);
  /// Lets the handshake that `ssl` will begin offer the saved session. False: there is none.
  bool offer(std::string_view key, mbedtls_ssl_context& ssl);
  void forget(std::string_view key);
  void clear();

 private:
  struct Slot {
    base::FixedString<260> key;
    unsigned char* bytes = nullptr;
    std::size_t size = 0;
    std::uint64_t number = 0;  // counts sessions: the smallest is the oldest

    void drop();
  };

  Slot* find(std::string_view key);
  Slot& slot_for(std::string_view key);

  std::array<Slot, base::limits::kTlsSessions> slots_;
  std::uint64_t saved_ = 0;
};

}  // namespace lib

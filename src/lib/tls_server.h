// SPDX-License-Identifier: MIT
// TLS 1.2 and 1.3 as a server: the certificate chain and the key that its streams (tls.h) show. Asks no peer for a
// certificate and keeps no sessions. All memory is mbedTLS's own (tls_heap.h), inside its limit.
#pragma once

#include <string_view>
#include <utility>

#include "base/error.h"

struct mbedtls_ssl_config;

namespace lib {

class TlsServer {
 public:
  TlsServer() = default;
  /// Takes over the other's pair. No stream of this one's own may be open.
  TlsServer& operator=(TlsServer&& other) noexcept {
    std::swap(shared_, other.shared_);
    return *this;
  }
  ~TlsServer() { close(); }

  /// Takes over a chain, the server's own certificate first, and its key (RSA or ECDSA, not encrypted), both as PEM
  /// texts. Errors begin with "tls_cert" or "tls_key" and say what to do. Only once.
  base::Result<void> open(std::string_view chain, std::string_view key);
  /// No stream may be open any more.
  void close();
  bool is_open() const { return shared_ != nullptr; }

 private:
  friend class TlsStream;
  struct Shared;

  const mbedtls_ssl_config& config() const;

  Shared* shared_ = nullptr;
};

}  // namespace lib

// SPDX-License-Identifier: MIT
// What mbedTLS asks while it verifies a server's certificate: which authorities may have signed it, and whether what it
// found is the last word. Collects what there is to tell about it.
#pragma once

#include <cstdint>

#include "lib/ca_bundle.h"
#include "lib/tls_problem.h"

struct mbedtls_x509_crt;

namespace lib {

/// For mbedtls_ssl_conf_ca_cb(): those of `bundle`, a CaBundle, whose subject is the issuer of `child`.
int find_authorities(void* bundle, const mbedtls_x509_crt* child, mbedtls_x509_crt** found);

class CertificateCheck {
 public:
  explicit CertificateCheck(CaBundle& bundle) : bundle_(bundle) {}

  /// For mbedtls_ssl_set_verify(), with the object as `self`: comes for each certificate of the chain, the server's own
  /// (depth 0) last.
  static int on_certificate(void* self, mbedtls_x509_crt* certificate, int depth, std::uint32_t* flags);

  /// A certificate came at all: the handshake was not a resumption.
  bool was_asked() const { return asked_; }
  const CertificateFacts& facts() const { return facts_; }
  /// What on_certificate() cannot see.
  void add_fault(bool CertificateFaults::*fault) { facts_.faults.*fault = true; }

 private:
  bool is_in_bundle(const mbedtls_x509_crt& certificate) const;
  void note(const mbedtls_x509_crt& certificate, int depth, std::uint32_t flags);

  CaBundle& bundle_;
  CertificateFacts facts_;
  bool asked_ = false;
};

}  // namespace lib

// SPDX-License-Identifier: MIT
// What mbedTLS asks while it verifies a server's certificate: which authorities may have signed it, and whether what it
// found is the last word. Collects what there is to tell about it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/ip_address.h"
#include "lib/ca_bundle.h"
#include "lib/tls_problem.h"

struct mbedtls_x509_crt;

namespace lib {

/// For mbedtls_ssl_conf_ca_cb(): those of `bundle`, a CaBundle, whose subject is the issuer of `child`.
int find_authorities(void* bundle, const mbedtls_x509_crt* child, mbedtls_x509_crt** found);

class CertificateCheck {
 public:
  /// `host` is who the certificate has to be for. mbedTLS compares it with a name only when it sends that name to the
  /// server; an address, which is never sent, is compared here.
  CertificateCheck(CaBundle& bundle, std::string_view host) : bundle_(bundle), address_(base::IpAddress::parse(host)) {}

  /// The host is an address, not a name.
  bool by_address() const { return address_.has_value(); }

  /// For mbedtls_ssl_set_verify(), with the object as `self`: comes for each certificate of the chain, the server's own
  /// (depth 0) last.
  static int on_certificate(void* self, mbedtls_x509_crt* certificate, int depth, std::uint32_t* flags);

  /// A certificate came at all: the handshake was not a resumption.
  bool was_asked() const { return asked_; }
  const CertificateFacts& facts() const { return facts_; }
  /// What on_certificate() cannot see.
  void add_fault(bool CertificateFaults::*fault) { facts_.faults.*fault = true; }

 private:
  bool is_for_address(const mbedtls_x509_crt& certificate) const;
  bool is_in_bundle(const mbedtls_x509_crt& certificate) const;
  void note(const mbedtls_x509_crt& certificate, int depth, std::uint32_t flags);

  CaBundle& bundle_;
  std::optional<base::IpAddress> address_;
  CertificateFacts facts_;
  bool asked_ = false;
};

}  // namespace lib

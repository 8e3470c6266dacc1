// SPDX-License-Identifier: MIT
// What is wrong with a server's certificate, as a sentence that says what to do. Pure.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "base/fixed_string.h"

namespace lib {

enum class TlsFailure : std::uint8_t {
  kCertificate,      // it is not to be believed, whatever the time
  kCertificateTime,  // only its time is wrong: maybe it is this box's clock
  kConnection,       // the socket failed, or the peer closed it
  kProtocol,         // the peer speaks no TLS, too old a TLS, or broke it off
  kNoMemory,         // over base::limits::kTlsHeap
  kNoRandomness,     // this box has not gathered enough since it was switched on
  kOther,
};

struct TlsError {
  TlsFailure failure = TlsFailure::kOther;
  base::Error error{""};
};

/// What was found wrong, at any certificate of the chain.
struct CertificateFaults {
  bool wrong_name = false;
  bool unknown_authority = false;
  bool weak_signature = false;  // MD5, SHA-1
  bool weak_key = false;
  bool wrong_use = false;
  bool unreadable = false;
  bool expired = false;
  bool not_yet_valid = false;

  bool any() const { return unbelievable() || expired || not_yet_valid; }
  /// Something besides the time.
  bool unbelievable() const {
    return wrong_name || unknown_authority || weak_signature || weak_key || wrong_use || unreadable;
  }
};

struct CertificateFacts {
  CertificateFaults faults;
  bool self_signed = false;           // the server's own
  base::FixedString<64> issuer;       // who signed the last certificate that the server sent: a common name
  base::FixedString<64> for_name;     // the first name the server's certificate is for
  base::FixedString<10> valid_from;   // "2026-01-31", of the certificate that is not yet valid
  base::FixedString<10> valid_until;  // of the one that is expired
};

/// The fault that has to be mended first.
TlsError describe_certificate(const CertificateFacts& facts, std::string_view host, std::string_view ca_file);

}  // namespace lib

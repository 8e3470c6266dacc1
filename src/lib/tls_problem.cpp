// SPDX-License-Identifier: MIT
#include "lib/tls_problem.h"

namespace lib {
namespace {

using Text = base::FixedString<base::Error::kMaxText>;

// Texts that came from a peer: shown with what could fool a terminal or a log replaced.
void append_shown(Text& text, std::string_view foreign) {
  for (const char c : foreign) {
    const bool harmless = static_cast<unsigned char>(c) >= 0x20 && c != 0x7F && static_cast<unsigned char>(c) < 0x80;
    text.append({harmless ? &c : "?", 1});
  }
}

void describe_authority(const CertificateFacts& facts, std::string_view ca_file, Text& text) {
  if (facts.self_signed) {
    text.append(" is signed by itself, so anybody can have made it. If it is yours, add it to ").append(ca_file);
    return;
  }
  text.append(" is signed by ");
  append_shown(text, facts.issuer.empty() ? "an authority without a name" : facts.issuer.view());
  text.append(", which is not in ").append(ca_file).append(". If you trust it, add it there");
}

void describe_fault(const CertificateFacts& facts, std::string_view ca_file, Text& text) {
  const CertificateFaults& faults = facts.faults;
  if (faults.unreadable) {
    text.append(" cannot be read: it is broken, or signed in a way that is out of use. The server needs another one");
  } else if (faults.wrong_name) {
    text.append(" is for another name");
    if (!facts.for_name.empty()) append_shown(text.append(" ("), facts.for_name), text.append(")");
    text.append(". Check the address, or give the server a certificate for this one");
  } else if (faults.unknown_authority) {
    describe_authority(facts, ca_file, text);
  } else if (faults.weak_signature) {
    text.append(" is signed with SHA-1 or MD5, which can be forged. The server needs a new one (SHA-256)");
  } else if (faults.weak_key) {
    text.append(" has a key that is too weak (RSA needs 2048 bits). The server needs a new one");
  } else if (faults.wrong_use) {
    text.append(" is not meant for servers. The server needs another one");
  } else if (faults.expired) {
    text.append(" expired on ").append(facts.valid_until).append(". It has to be renewed on the server");
  } else {
    text.append(" is not valid before ").append(facts.valid_from).append(". Is the clock of this box right?");
  }
}

}  // namespace

TlsError describe_certificate(const CertificateFacts& facts, std::string_view host, std::string_view ca_file) {
  Text text;
  text.append("the certificate of ").append(host);
  describe_fault(facts, ca_file, text);
  return {facts.faults.unbelievable() ? TlsFailure::kCertificate : TlsFailure::kCertificateTime, base::Error(text)};
}

}  // namespace lib

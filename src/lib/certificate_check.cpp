// SPDX-License-Identifier: MIT
#include "lib/certificate_check.h"

#include <mbedtls/oid.h>
#include <mbedtls/platform.h>
#include <mbedtls/x509_crt.h>

#include <algorithm>

namespace lib {
namespace {

// Authorities of one name that are tried; more than two have not been seen.
constexpr std::size_t kMostCandidates = 4;

Bytes bytes_of(const mbedtls_x509_buf& buffer) { return {buffer.p, buffer.len}; }
std::string_view text_of(const mbedtls_x509_buf& buffer) {
  return {reinterpret_cast<const char*>(buffer.p), buffer.len};
}

class Candidates {
 public:
  void add(Bytes der) {
    if (count_ == kMostCandidates) return;
    if (list_ == nullptr) {
      list_ = static_cast<mbedtls_x509_crt*>(mbedtls_calloc(1, sizeof *list_));
      if (list_ == nullptr) return;
      mbedtls_x509_crt_init(list_);
    }
    if (mbedtls_x509_crt_parse_der(list_, der.data(), der.size()) == 0) ++count_;
  }
  /// Whoever takes the list frees it.
  mbedtls_x509_crt* take() {
    if (count_ > 0) return list_;
    mbedtls_free(list_);
    return nullptr;
  }

 private:
  mbedtls_x509_crt* list_ = nullptr;
  std::size_t count_ = 0;
};

struct Comparison {
  Bytes wanted;
  bool found = false;
  void compare(Bytes der) { found = found || std::ranges::equal(wanted, der); }
};

/// The common name; without one, the organisation.
std::string_view shown_name(const mbedtls_x509_name& name) {
  std::string_view organisation;
  for (const mbedtls_x509_name* part = &name; part != nullptr; part = part->next) {
    if (MBEDTLS_OID_CMP(MBEDTLS_OID_AT_CN, &part->oid) == 0) return text_of(part->val);
    if (MBEDTLS_OID_CMP(MBEDTLS_OID_AT_ORGANIZATION, &part->oid) == 0) organisation = text_of(part->val);
  }
  return organisation;
}

std::string_view first_host_name(const mbedtls_x509_crt& certificate) {
  constexpr int kDnsName = MBEDTLS_ASN1_CONTEXT_SPECIFIC | MBEDTLS_X509_SAN_DNS_NAME;
  for (const mbedtls_x509_sequence* name = &certificate.subject_alt_names; name != nullptr; name = name->next) {
    if (name->buf.p != nullptr && name->buf.tag == kDnsName) return text_of(name->buf);
  }
  return shown_name(certificate.subject);
}

void set_date(base::FixedString<10>& text, const mbedtls_x509_time& time) {
  text.clear();
  text.appendf("%04d-%02d-%02d", time.year, time.mon, time.day);
}

}  // namespace

int find_authorities(void* bundle, const mbedtls_x509_crt* child, mbedtls_x509_crt** found) {
  Candidates candidates;
  static_cast<CaBundle*>(bundle)->find(bytes_of(child->issuer_raw),
                                       base::Callback<Bytes>::to<&Candidates::add>(candidates));
  *found = candidates.take();
  return 0;
}

int CertificateCheck::on_certificate(void* self, mbedtls_x509_crt* certificate, int depth, std::uint32_t* flags) {
  auto& check = *static_cast<CertificateCheck*>(self);
  check.asked_ = true;
  // mbedTLS looks for an authority that signed it. A server's own certificate that stands in the bundle needs none.
  if (depth == 0 && (*flags & MBEDTLS_X509_BADCERT_NOT_TRUSTED) != 0 && check.is_in_bundle(*certificate)) {
    *flags &= ~std::uint32_t{MBEDTLS_X509_BADCERT_NOT_TRUSTED};
  }
  if (depth == 0 && check.by_address() && !check.is_for_address(*certificate))
    *flags |= MBEDTLS_X509_BADCERT_CN_MISMATCH;
  check.note(*certificate, depth, *flags);
  return 0;
}

// The subject's alternative names alone: RFC 9110 section 4.3.5.
bool CertificateCheck::is_for_address(const mbedtls_x509_crt& certificate) const {
  constexpr int kAddress = MBEDTLS_ASN1_CONTEXT_SPECIFIC | MBEDTLS_X509_SAN_IP_ADDRESS;
  for (const mbedtls_x509_sequence* name = &certificate.subject_alt_names; name != nullptr; name = name->next) {
    if (name->buf.tag == kAddress && std::ranges::equal(bytes_of(name->buf), address_->bytes())) return true;
  }
  return false;
}

bool CertificateCheck::is_in_bundle(const mbedtls_x509_crt& certificate) const {
  Comparison comparison{.wanted = bytes_of(certificate.raw)};
  bundle_.find(bytes_of(certificate.subject_raw), base::Callback<Bytes>::to<&Comparison::compare>(comparison));
  return comparison.found;
}

void CertificateCheck::note(const mbedtls_x509_crt& certificate, int depth, std::uint32_t flags) {
  const auto has = [flags](std::uint32_t flag) { return (flags & flag) != 0; };
  CertificateFaults& faults = facts_.faults;
  faults.wrong_name |= has(MBEDTLS_X509_BADCERT_CN_MISMATCH);
  faults.weak_signature |= has(MBEDTLS_X509_BADCERT_BAD_MD);
  faults.weak_key |= has(MBEDTLS_X509_BADCERT_BAD_KEY | MBEDTLS_X509_BADCERT_BAD_PK);
  if (has(MBEDTLS_X509_BADCERT_NOT_TRUSTED)) {
    faults.unknown_authority = true;
    facts_.issuer = shown_name(certificate.issuer);
  }
  if (has(MBEDTLS_X509_BADCERT_EXPIRED)) {
    faults.expired = true;
    set_date(facts_.valid_until, certificate.valid_to);
  }
  if (has(MBEDTLS_X509_BADCERT_FUTURE)) {
    faults.not_yet_valid = true;
    set_date(facts_.valid_from, certificate.valid_from);
  }
  if (depth == 0) {
    facts_.for_name = first_host_name(certificate);
    facts_.self_signed = std::ranges::equal(bytes_of(certificate.subject_raw), bytes_of(certificate.issuer_raw));
  }
}

}  // namespace lib

// SPDX-License-Identifier: MIT
#include "lib/certificate_name.h"

#include <mbedtls/asn1.h>

namespace lib {
namespace {

constexpr int kSequence = MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SEQUENCE;
constexpr int kSet = MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SET;

// Takes elements one after the other off the front of some DER.
class Reader {
 public:
  explicit Reader(Bytes bytes)
      // mbedTLS's functions want a pointer to what they could change, and do not.
      : at_(const_cast<unsigned char*>(bytes.data())), end_(at_ + bytes.size()) {}

  bool at_end() const { return at_ == end_; }
  int next_tag() const { return at_end() ? -1 : *at_; }

  /// The content of the next element, when it has this tag.
  std::optional<Bytes> take(int tag) {
    std::size_t length = 0;
    if (mbedtls_asn1_get_tag(&at_, end_, &length, tag) != 0) return std::nullopt;
    const Bytes content(at_, length);
    at_ += length;
    return content;
  }
  /// The next element with its tag and length.
  std::optional<Bytes> take_whole(int tag) {
    const unsigned char* const begin = at_;
    if (!take(tag)) return std::nullopt;
    return Bytes(begin, at_);
  }

 private:
  unsigned char* at_;
  unsigned char* end_;
};

// FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/
class Hash {
 public:
  void add(std::uint8_t byte) { value_ = (value_ ^ byte) * 16777619U; }
  void add(Bytes bytes) {
    for (const std::uint8_t byte : bytes) add(byte);
  }
  void add_folded(Bytes bytes) {
    for (const std::uint8_t byte : bytes) {
      add(byte >= 'A' && byte <= 'Z' ? static_cast<std::uint8_t>(byte + ('a' - 'A')) : byte);
    }
  }
  std::uint32_t value() const { return value_; }

 private:
  std::uint32_t value_ = 2166136261U;
};

// AttributeTypeAndValue: what kind of name, and the name.
bool add_attribute(Bytes attribute, Hash& hash) {
  Reader reader(attribute);
  const std::optional<Bytes> type = reader.take(MBEDTLS_ASN1_OID);
  const int tag = reader.next_tag();
  const std::optional<Bytes> value = reader.take(tag);
  if (!type || !value) return false;
  hash.add(*type);
  if (tag == MBEDTLS_ASN1_UTF8_STRING || tag == MBEDTLS_ASN1_PRINTABLE_STRING) {
    hash.add(MBEDTLS_ASN1_UTF8_STRING);
    hash.add_folded(*value);
  } else {
    hash.add(static_cast<std::uint8_t>(tag));
    hash.add(*value);
  }
  return true;
}

}  // namespace

std::optional<Bytes> find_subject(Bytes certificate) {
  const std::optional<Bytes> whole = Reader(certificate).take(kSequence);
  if (!whole) return std::nullopt;
  const std::optional<Bytes> to_be_signed = Reader(*whole).take(kSequence);
  if (!to_be_signed) return std::nullopt;
  Reader reader(*to_be_signed);
  reader.take(MBEDTLS_ASN1_CONTEXT_SPECIFIC | MBEDTLS_ASN1_CONSTRUCTED);  // the version, absent in the oldest
  const bool before = reader.take(MBEDTLS_ASN1_INTEGER)                   // serial number
                      && reader.take(kSequence)                           // algorithm of the signature
                      && reader.take(kSequence)                           // issuer
                      && reader.take(kSequence);                          // validity
  return before ? reader.take_whole(kSequence) : std::nullopt;
}

std::uint32_t hash_name(Bytes name) {
  Hash hash;
  const std::optional<Bytes> sequence = Reader(name).take(kSequence);
  if (!sequence) return hash.value();
  Reader sets(*sequence);
  while (const std::optional<Bytes> set = sets.take(kSet)) {
    hash.add(kSet);
    Reader attributes(*set);
    while (const std::optional<Bytes> attribute = attributes.take(kSequence)) {
      if (!add_attribute(*attribute, hash)) return hash.value();
    }
  }
  return hash.value();
}

}  // namespace lib

// SPDX-License-Identifier: MIT
// Finds a certificate's subject in its DER (X.690, RFC 5280 section 4.1) and hashes names so that two that mbedTLS
// holds for the same have the same hash: letters of either case alike, UTF8String and PrintableString alike. Pure;
// copes with any bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace lib {

using Bytes = std::span<const std::uint8_t>;

/// The Name that is the certificate's subject, its tag and length included. Nothing when these bytes are no
/// certificate.
std::optional<Bytes> find_subject(Bytes certificate);

/// Of a Name as find_subject() gives it. Names that differ may have the same hash.
std::uint32_t hash_name(Bytes name);

}  // namespace lib

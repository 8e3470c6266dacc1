// SPDX-License-Identifier: MIT
// The blocks of a PEM text (RFC 7468) that is wholly in memory: a certificate chain, a key. What lies between them is
// comment. (A bundle of authorities, which may be long, is for pem_reader.h.)
#pragma once

#include <optional>
#include <string_view>

namespace lib {

struct PemBlock {
  std::string_view label;   // "CERTIFICATE", "EC PRIVATE KEY"
  std::string_view base64;  // with its line ends
};

/// Takes the next block off `text`. Nothing: there is no more whole one.
std::optional<PemBlock> take_pem_block(std::string_view& text);

}  // namespace lib

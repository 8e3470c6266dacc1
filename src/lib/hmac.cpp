// SPDX-License-Identifier: MIT
#include "lib/hmac.h"

#include <mbedtls/sha256.h>

#include <algorithm>
#include <array>
#include <span>

namespace lib {
namespace {

constexpr std::size_t kBlock = 64;
using Digest = std::array<unsigned char, 32>;

std::span<const unsigned char> bytes_of(std::string_view text) {
  return {reinterpret_cast<const unsigned char*>(text.data()), text.size()};
}

// Of both, one after the other. SHA-256 in software cannot fail.
Digest hash(std::span<const unsigned char> first, std::span<const unsigned char> second) {
  Digest digest{};
  mbedtls_sha256_context context;
  mbedtls_sha256_init(&context);
  mbedtls_sha256_starts(&context, 0);
  mbedtls_sha256_update(&context, first.data(), first.size());
  mbedtls_sha256_update(&context, second.data(), second.size());
  mbedtls_sha256_finish(&context, digest.data());
  mbedtls_sha256_free(&context);
  return digest;
}

}  // namespace

base::FixedString<64> hmac_sha256(std::string_view key, std::string_view text) {
  std::array<unsigned char, kBlock> padded{};
  if (key.size() > kBlock) {
    std::ranges::copy(hash(bytes_of(key), {}), padded.begin());
  } else {
    std::ranges::copy(bytes_of(key), padded.begin());
  }
  std::array<unsigned char, kBlock> inner;
  std::array<unsigned char, kBlock> outer;
  std::ranges::transform(padded, inner.begin(),
                         [](unsigned char byte) { return static_cast<unsigned char>(byte ^ 0x36U); });
  std::ranges::transform(padded, outer.begin(),
                         [](unsigned char byte) { return static_cast<unsigned char>(byte ^ 0x5CU); });
  base::FixedString<64> hex;
  for (const unsigned char byte : hash(outer, hash(inner, bytes_of(text)))) hex.appendf("%02x", unsigned{byte});
  return hex;
}

}  // namespace lib

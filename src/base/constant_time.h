// SPDX-License-Identifier: MIT
// Compares secrets so that the time it takes tells nothing of where they differ.
#pragma once

#include <string_view>

namespace base {

/// The time depends on the length of `given` alone. An empty `secret` equals nothing.
inline bool equal_in_constant_time(std::string_view given, std::string_view secret) {
  if (secret.empty()) return false;
  volatile unsigned char different = given.size() == secret.size() ? 0 : 1;
  for (std::size_t i = 0; i < given.size(); ++i) {
    const auto bits = static_cast<unsigned char>(given[i]) ^ static_cast<unsigned char>(secret[i % secret.size()]);
    different = static_cast<unsigned char>(different | bits);
  }
  return different == 0;
}

}  // namespace base

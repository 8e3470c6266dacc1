// SPDX-License-Identifier: MIT
// Arbitrary bytes as JSON, in little memory: what is accepted must be UTF-8 without a NUL, no deeper than promised, and
// be accepted again in the same words.
#include <array>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "base/utf8.h"
#include "lib/json.h"

namespace {

void check(bool holds) {
  if (!holds) std::abort();
}

void check_text(std::string_view text) {
  check(!text.contains('\0'));
  while (!text.empty()) {
    const std::size_t length = base::utf8_length(text);
    check(length != 0);
    text.remove_prefix(length);
  }
}

std::size_t count_values(lib::JsonValue value, unsigned level) {
  check(level <= lib::kJsonDeepest);
  std::size_t count = 1;
  check_text(value.name());
  if (const auto text = value.string()) check_text(*text);
  for (lib::JsonValue inner = value.first(); inner; inner = inner.next()) {
    count += count_values(inner, level + 1);
    check(value.kind() == lib::JsonValue::Kind::kArray || value.member(inner.name()));
  }
  return count;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  static std::array<std::byte, 8192> memory;
  const auto text = std::make_unique<char[]>(size);  // no NUL behind it
  if (size > 0) std::memcpy(text.get(), data, size);
  lib::JsonReader reader(memory);
  const auto value = reader.read({text.get(), size});
  if (!value) return 0;
  const std::size_t count = count_values(*value, 0);
  const auto again = reader.read({text.get(), size});
  check(again.has_value() && count_values(*again, 0) == count);
  return 0;
}

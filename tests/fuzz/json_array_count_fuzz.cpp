// SPDX-License-Identifier: MIT
// Arbitrary bytes through rules::JsonArrayCount, whole and in pieces (the first byte says how small): the count must
// not depend on the pieces, a text with a count ends in ']' and has fewer elements than bytes, and without its end has
// none.
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "rules/json_array_count.h"

namespace {

std::optional<std::uint32_t> count(std::string_view text, std::size_t piece_bytes) {
  rules::JsonArrayCount counter;
  for (; !text.empty(); text.remove_prefix(text.size() < piece_bytes ? text.size() : piece_bytes)) {
    counter.feed(text.substr(0, piece_bytes));
  }
  return counter.count();
}

void check(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size == 0) return 0;
  std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto whole = count(text, text.size() + 1);
  check(whole == count(text, data[0] % 16U + 1U));
  if (!whole) return 0;
  check(*whole < text.size());
  text = text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
  check(text.ends_with(']'));
  check(!count(text.substr(0, text.size() - 1), text.size()).has_value());
  check(count("[" + std::string(text) + "]", text.size() + 2) == std::uint32_t{1} || text.size() >= 64);
  check(!count(std::string(text) + "1", text.size() + 1).has_value());
  return 0;
}

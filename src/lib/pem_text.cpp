// SPDX-License-Identifier: MIT
#include "lib/pem_text.h"

namespace lib {
namespace {

constexpr std::string_view kBegin = "-----BEGIN ";
constexpr std::string_view kEnd = "-----END ";
constexpr std::string_view kDashes = "-----";

bool take_through(std::string_view& text, std::string_view mark, std::string_view& before) {
  const std::size_t found = text.find(mark);
  if (found == std::string_view::npos) return false;
  before = text.substr(0, found);
  text.remove_prefix(found + mark.size());
  return true;
}

}  // namespace

std::optional<PemBlock> take_pem_block(std::string_view& text) {
  PemBlock block;
  std::string_view comment;
  while (take_through(text, kBegin, comment)) {
    if (!take_through(text, kDashes, block.label)) break;
    std::string_view rest = text;
    if (!take_through(rest, kEnd, block.base64)) break;
    if (!rest.starts_with(block.label) || !rest.substr(block.label.size()).starts_with(kDashes)) continue;
    text = rest.substr(block.label.size() + kDashes.size());
    return block;
  }
  text = {};
  return std::nullopt;
}

}  // namespace lib

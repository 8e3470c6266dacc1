// SPDX-License-Identifier: MIT
#include "config/text.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/fixed_string.h"
#include "config/nearest.h"

namespace config {
namespace {

constexpr std::size_t kLongestShown = 80;

// Bytes of the valid character at the start of `text`, or 0. Source: RFC 3629 section 4.
std::size_t character_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i])); };
  const std::uint32_t lead = byte(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return 0;
  std::uint32_t code = lead & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return 0;
    code = code << 6U | (byte(i) & 0x3FU);
  }
  constexpr std::array<std::uint32_t, 5> kSmallest = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  return code < kSmallest[length] || code > 0x10FFFF || surrogate ? 0 : length;
}

bool is_control(char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F; }

}  // namespace

bool is_plain_text(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = character_length(text);
    if (length == 0 || is_control(text.front())) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string shown(std::string_view text) {
  std::string without_user;
  const std::size_t scheme = text.find("://");
  if (scheme != std::string_view::npos) {
    const std::size_t begin = scheme + 3;
    // The last @: a password may hold one, and a slash too.
    const std::size_t at = text.rfind('@');
    if (at != std::string_view::npos && at >= begin) {
      without_user.append(text.substr(0, begin)).append("...").append(text.substr(at));
      text = without_user;
    }
  }
  std::string result;
  const std::size_t length = base::utf8_cut(text, kLongestShown);
  std::string_view rest = text.substr(0, length);
  while (!rest.empty()) {
    const std::size_t step = character_length(rest);
    if (step == 0 || is_control(rest.front())) {
      result.push_back('?');
      rest.remove_prefix(1);
    } else {
      result.append(rest.substr(0, step));
      rest.remove_prefix(step);
    }
  }
  if (length < text.size()) result.append("...");
  return result;
}

bool sounds_secret(std::string_view name) {
  constexpr std::array<std::string_view, 5> kParts = {"pass", "secret", "token", "key", "auth"};
  constexpr std::array<std::string_view, 5> kWords = {"password", "secret", "token", "webhook", "credential"};
  std::string lower(name);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  if (std::ranges::any_of(kParts, [&](std::string_view part) { return lower.contains(part); })) return true;
  // A misspelt one does as well, as in smtp_pasword.
  for (std::string_view rest = lower; !rest.empty();) {
    const std::size_t length = std::min(rest.find_first_of("_-."), rest.size());
    Nearest nearest(rest.substr(0, length));
    if (std::ranges::any_of(kWords, [&](std::string_view word) { return nearest.consider(word); })) return true;
    rest.remove_prefix(std::min(length + 1, rest.size()));
  }
  return false;
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n\v\f";
  const std::size_t begin = text.find_first_not_of(kBlank);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
}

}  // namespace config

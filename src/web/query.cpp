// SPDX-License-Identifier: MIT
#include "web/query.h"

#include <charconv>

namespace web {

std::optional<AddressText> Query::find(std::string_view name) const {
  std::string_view rest = text_;
  while (!rest.empty()) {
    const std::size_t end = rest.find('&');
    const std::string_view pair = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    const std::size_t equals = pair.find('=');
    const auto key = decode_percent(pair.substr(0, equals), true);
    if (!key || key->view() != name) continue;
    return decode_percent(equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1), true);
  }
  return std::nullopt;
}

base::Result<std::uint64_t> Query::number(std::string_view name, std::uint64_t otherwise, std::uint64_t least,
                                          std::uint64_t most) const {
  const auto text = find(name);
  if (!text) return otherwise;
  std::uint64_t value = 0;
  const std::string_view digits = *text;
  const char* const end = digits.data() + digits.size();
  const auto [rest, error] = std::from_chars(digits.data(), end, value);
  if (error == std::errc() && rest == end && value >= least && value <= most) return value;
  return std::unexpected(base::Error::format("%.*s has to be a number from %llu to %llu", static_cast<int>(name.size()),
                                             name.data(), static_cast<unsigned long long>(least),
                                             static_cast<unsigned long long>(most)));
}

}  // namespace web

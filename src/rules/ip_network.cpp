// SPDX-License-Identifier: MIT
#include "rules/ip_network.h"

#include <algorithm>
#include <charconv>

#include "base/comma_list.h"

namespace rules {
namespace {

unsigned bit(std::span<const std::uint8_t> bytes, unsigned index) { return (bytes[index / 8] >> (7 - index % 8)) & 1U; }

}  // namespace

std::optional<IpNetwork> IpNetwork::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = base::IpAddress::parse(text.substr(0, slash));
  if (!address) return std::nullopt;
  IpNetwork network;
  network.address_ = *address;
  const auto bits = static_cast<unsigned>(address->bytes().size() * 8);
  network.length_ = bits;
  if (slash != std::string_view::npos) {
    const std::string_view digits = text.substr(slash + 1);
    const char* const end = digits.data() + digits.size();
    const auto [rest, error] = std::from_chars(digits.data(), end, network.length_);
    if (error != std::errc() || rest != end || network.length_ > bits) return std::nullopt;
  }
  for (unsigned i = network.length_; i < bits; ++i) {
    if (bit(address->bytes(), i) != 0) return std::nullopt;
  }
  return network;
}

bool IpNetwork::contains(const base::IpAddress& address) const {
  if (address.family() != address_.family()) return false;
  const auto mine = address_.bytes();
  const auto other = address.bytes();
  const std::size_t whole = length_ / 8;
  if (!std::ranges::equal(mine.first(whole), other.first(whole))) return false;
  for (unsigned i = static_cast<unsigned>(whole) * 8; i < length_; ++i) {
    if (bit(mine, i) != bit(other, i)) return false;
  }
  return true;
}

std::optional<std::vector<IpNetwork>> parse_networks(std::string_view text) {
  std::vector<IpNetwork> networks;
  while (!text.empty()) {
    const auto network = IpNetwork::parse(base::take_list_item(text));
    if (!network) return std::nullopt;
    networks.push_back(*network);
  }
  return networks;
}

}  // namespace rules

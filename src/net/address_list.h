// SPDX-License-Identifier: MIT
// The few addresses of one name that are worth trying, in the order in which to try them. What does not fit is left
// out.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "base/ip_address.h"

namespace net {

class AddressList {
 public:
  static constexpr std::size_t kMax = 4;

  AddressList() = default;
  explicit AddressList(std::span<const base::IpAddress> addresses) {
    for (const base::IpAddress& address : addresses) add(address);
  }

  void add(const base::IpAddress& address) {
    if (count_ < kMax) items_[count_++] = address;
  }

  /// Both families by turns, IPv6 first, so that a family that leads nowhere costs one try. RFC 8305 section 4.
  static AddressList by_turns(std::span<const base::IpAddress> v6, std::span<const base::IpAddress> v4) {
    AddressList list;
    for (std::size_t i = 0; i < v6.size() || i < v4.size(); ++i) {
      if (i < v6.size()) list.add(v6[i]);
      if (i < v4.size()) list.add(v4[i]);
    }
    return list;
  }

  bool empty() const { return count_ == 0; }
  std::size_t size() const { return count_; }
  const base::IpAddress& operator[](std::size_t index) const { return items_[index]; }
  std::span<const base::IpAddress> span() const { return {items_.data(), count_}; }

  friend bool operator==(const AddressList&, const AddressList&) = default;

 private:
  std::array<base::IpAddress, kMax> items_{};
  std::uint8_t count_ = 0;
};

}  // namespace net

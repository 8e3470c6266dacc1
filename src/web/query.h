// SPDX-License-Identifier: MIT
// The parameters of an address: "?minutes=60&host=pi". Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/error.h"
#include "web/percent.h"

namespace web {

class Query {
 public:
  /// `text` is what stands after the "?"; it is borrowed.
  explicit Query(std::string_view text) : text_(text) {}

  /// The value of the first parameter `name`, decoded; one that is not proper, or too long, is as good as none.
  std::optional<AddressText> find(std::string_view name) const;
  /// A whole number from `least` to `most`; `otherwise` when the parameter is not there. Errors: a sentence for the
  /// peer, "minutes has to be a number from 5 to 129600".
  base::Result<std::uint64_t> number(std::string_view name, std::uint64_t otherwise, std::uint64_t least,
                                     std::uint64_t most) const;

 private:
  std::string_view text_;
};

}  // namespace web

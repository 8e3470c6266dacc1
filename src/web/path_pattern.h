// SPDX-License-Identifier: MIT
// Paths with parameters in them: "/api/services/{host}/{service}/history". Pure.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "web/percent.h"

namespace web {

/// What stood for the {…} of a pattern, in their order, decoded.
class PathParameters {
 public:
  static constexpr std::size_t kMost = 2;

  std::string_view operator[](std::size_t index) const { return texts_[index]; }

 private:
  friend bool matches(std::string_view pattern, std::string_view path, PathParameters& parameters);
  std::array<AddressText, kMost> texts_;
};

/// Segment by segment; a {…} stands for one that is not empty. Everything else has to be the same, letter by letter:
/// no segment means "this" or "the one above" here.
bool matches(std::string_view pattern, std::string_view path, PathParameters& parameters);

}  // namespace web

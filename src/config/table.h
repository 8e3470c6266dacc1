// SPDX-License-Identifier: MIT
// Every key there is, in the order in which they are printed.
#pragma once

#include <span>

#include "config/row.h"

namespace config {

std::span<const Row> table();

/// The row of a key, or nullptr.
const Row* find_row(std::span<const Row> rows, std::string_view section, std::string_view key);

}  // namespace config

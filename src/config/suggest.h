// SPDX-License-Identifier: MIT
// What was probably meant by a name that the table does not have, or by a value that it does not take. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "config/row.h"

namespace config {

inline constexpr std::string_view kEnvironmentPrefix = "LIMPET_";

/// LIMPET_SECTION_KEY.
std::string environment_name(const Row& row);

/// The row whose key is closest to `key`, in one section or (empty) in all; nullptr when none is close.
const Row* nearest_row(std::span<const Row> rows, std::string_view section, std::string_view key);
/// Empty when none is close.
std::string_view nearest_section(std::span<const Row> rows, std::string_view name);
std::string nearest_environment_name(std::span<const Row> rows, std::string_view name);

/// "interval, probe, disk": the keys of a section, or (empty) all sections.
std::string list_names(std::span<const Row> rows, std::string_view section);

/// A probe that lacks its scheme, or has another one than those that work, with http:// for it; empty when it holds a
/// user name. Need not be right.
std::string guess_probe(std::string_view text);

/// A sentence, behind a space, on a habit from other programs that our INI file does not share; empty when `value`
/// shows none.
std::string_view habit_hint(std::string_view value);

}  // namespace config

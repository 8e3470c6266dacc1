// SPDX-License-Identifier: MIT
#include "config/suggest.h"

#include <vector>

#include "config/nearest.h"

namespace config {

std::string environment_name(const Row& row) {
  std::string name(kEnvironmentPrefix);
  name.append(row.section).append("_").append(row.key);
  for (char& c : name) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return name;
}

const Row* nearest_row(std::span<const Row> rows, std::string_view section, std::string_view key) {
  Nearest nearest(key);
  const Row* best = nullptr;
  for (const Row& row : rows) {
    if ((section.empty() || row.section == section) && nearest.consider(row.key)) best = &row;
  }
  return best;
}

std::string_view nearest_section(std::span<const Row> rows, std::string_view name) {
  Nearest nearest(name);
  for (const Row& row : rows) nearest.consider(row.section);
  return nearest.best();
}

// "limpet, heartbeat, docker": all sections, or all keys of one.
std::string list_names(std::span<const Row> rows, std::string_view section) {
  std::string text;
  std::string_view last;
  for (const Row& row : rows) {
    const std::string_view name = section.empty() ? row.section : row.key;
    if ((!section.empty() && row.section != section) || name == last) continue;
    if (!text.empty()) text += ", ";
    text += last = name;
  }
  return text;
}

std::string nearest_environment_name(std::span<const Row> rows, std::string_view name) {
  std::vector<std::string> names;
  names.reserve(rows.size());
  for (const Row& row : rows) names.push_back(environment_name(row));
  Nearest nearest(name);
  for (const std::string& known : names) nearest.consider(known);
  return std::string(nearest.best());
}

std::string guess_probe(std::string_view text) {
  if (text.contains('@')) return {};
  const std::size_t scheme = text.find("://");
  return std::string("http://").append(scheme == std::string_view::npos ? text : text.substr(scheme + 3));
}

std::string_view habit_hint(std::string_view value) {
  if (value.contains(" ;") || value.contains(" #")) return " A comment needs a line of its own.";
  const bool quoted = value.size() >= 2 && value.front() == value.back() && (value[0] == '"' || value[0] == '\'');
  return quoted ? " Values are written without quotes." : "";
}

}  // namespace config

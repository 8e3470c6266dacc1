// SPDX-License-Identifier: MIT
#include "config/env_file.h"

#include <algorithm>
#include <optional>
#include <string>

#include "config/text.h"

namespace config {
namespace {

constexpr std::string_view kExport = "export";

bool is_name(std::string_view name) {
  const auto in_name = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
           c == '-';
  };
  return !name.empty() && std::ranges::all_of(name, in_name);
}

std::string_view without_export(std::string_view name) {
  const std::string_view rest = name.substr(std::min(kExport.size(), name.size()));
  return name.starts_with(kExport) && (rest.starts_with(' ') || rest.starts_with('\t')) ? trim(rest) : name;
}

std::string_view without_comment(std::string_view value) {
  if (value.starts_with('#')) return {};
  for (std::size_t i = 1; i < value.size(); ++i) {
    if (value[i] == '#' && (value[i - 1] == ' ' || value[i - 1] == '\t')) return trim(value.substr(0, i));
  }
  return value;
}

struct Quoted {
  std::string value;
  std::size_t length = 0;  // with both quotes
};

// `text` begins with the quote. Nothing when there is no second one.
std::optional<Quoted> parse_quoted(std::string_view text) {
  const char quote = text.front();
  Quoted quoted;
  for (std::size_t i = 1; i < text.size(); ++i) {
    const char next = i + 1 < text.size() ? text[i + 1] : '\0';
    if (text[i] == quote) {
      quoted.length = i + 1;
      return quoted;
    }
    if (quote == '"' && text[i] == '\\' && (next == '"' || next == '\\' || next == 'n')) {
      quoted.value.push_back(next == 'n' ? '\n' : next);
      ++i;
    } else {
      quoted.value.push_back(text[i]);
    }
  }
  return std::nullopt;
}

std::size_t line_length(std::string_view text) { return std::min(text.find('\n'), text.size()); }

// Takes the line at the start of `text`, or several when a quoted value spans them, and gives how much that was.
std::size_t parse_line(std::string_view text, unsigned number, Loader& loader) {
  const std::size_t length = line_length(text);
  const std::string_view line = trim(text.substr(0, length));
  if (line.empty() || line.starts_with('#')) return length;
  const std::size_t equals = line.find('=');
  const std::string_view name = without_export(trim(line.substr(0, std::min(equals, line.size()))));
  if (equals == std::string_view::npos || !is_name(name)) {
    loader.on_bad_variable(number, "this line is not NAME=VALUE; left alone.");
    return length;
  }
  const std::string_view value = trim(line.substr(equals + 1));
  if (!value.starts_with('"') && !value.starts_with('\'')) {
    loader.on_variable(number, name, without_comment(value));
    return length;
  }
  const std::size_t begin = static_cast<std::size_t>(value.data() - text.data());
  const std::optional<Quoted> quoted = parse_quoted(text.substr(begin));
  if (!quoted) {
    loader.on_bad_variable(number, "the quote that opens in this line never ends; left alone.");
    return length;
  }
  loader.on_variable(number, name, quoted->value);
  const std::size_t end = begin + quoted->length;
  return end + line_length(text.substr(end));
}

}  // namespace

void parse_env_file(std::string_view text, Loader& loader) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  unsigned number = 1;
  while (!text.empty()) {
    const std::size_t length = parse_line(text, number, loader);
    const std::string_view taken = text.substr(0, std::min(length + 1, text.size()));
    number += static_cast<unsigned>(std::ranges::count(taken, '\n'));
    text.remove_prefix(taken.size());
  }
}

}  // namespace config

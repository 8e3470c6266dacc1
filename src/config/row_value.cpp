// SPDX-License-Identifier: MIT
#include "config/row_value.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>

#include "config/nearest.h"
#include "config/text.h"
#include "config/text_check.h"
#include "config/values.h"

namespace config {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds kDay{86'400};

std::string join_words(std::span<const std::string_view> words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
    text += words[i];
  }
  return text;
}

std::string range(const Row& row) {
  return std::string(" from ").append(row.minimum).append(" to ").append(row.maximum);
}

std::string example(const Row& row) { return std::string(", such as ").append(row.default_text); }

std::string_view without_slashes_at_end(Check check, std::string_view text) {
  if (check != Check::kPath && check != Check::kApi) return text;
  while (text.size() > 1 && text.ends_with('/')) text.remove_suffix(1);
  return text;
}

std::string suggest_divisor(seconds wanted, const Row& row) {
  const seconds longest = duration_cast<seconds>(*parse_time(row.maximum, row.unit));
  for (seconds candidate = wanted; candidate <= longest; ++candidate) {
    if (kDay % candidate == seconds(0)) return format_time(candidate);
  }
  return {};
}

std::string suggest_word(std::span<const std::string_view> words, std::string_view text) {
  Nearest nearest(text);
  for (const std::string_view word : words) nearest.consider(word);
  return std::string(nearest.best());
}

// Nothing when `text` is no time, or outside the row's bounds.
std::optional<milliseconds> time_in_range(const Row& row, std::string_view text) {
  const auto time = parse_time(text, row.unit);
  if (!time || *time < *parse_time(row.minimum, row.unit) || *time > *parse_time(row.maximum, row.unit)) return {};
  return time;
}

std::optional<std::uint64_t> size_in_range(const Row& row, std::string_view text) {
  const auto size = parse_size(text, row.unit);
  if (!size || *size < *parse_size(row.minimum, row.unit) || *size > *parse_size(row.maximum, row.unit)) return {};
  return size;
}

// "10 sec" and "64MB ; enough" for "10s" and "64M": the digits and the first letter.
std::string number_and_unit(std::string_view text) {
  constexpr std::size_t kLongest = 16;
  text = trim(text.substr(0, std::min(text.find(" ;"), text.find(" #"))));
  std::string result;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9' && result.size() < kLongest) {
    result.push_back(text.front());
    text.remove_prefix(1);
  }
  return result.empty() ? result : result.append(trim(text).substr(0, 1));
}

std::string suggest_time(const Row& row, std::string_view text) {
  std::string attempt = number_and_unit(text);
  if (!attempt.empty() && attempt.back() >= 'A' && attempt.back() <= 'Z') attempt.back() |= 0x20;
  return attempt != text && time_in_range(row, attempt) ? attempt : std::string();
}

std::string suggest_size(const Row& row, std::string_view text) {
  const std::string attempt = number_and_unit(text);
  return attempt != text && size_in_range(row, attempt) ? attempt : std::string();
}

using Outcome = std::optional<Refusal>;  // nothing: taken

Outcome refuse(const Row& row, std::string suggestion) {
  return Refusal{describe_expected(row), std::move(suggestion)};
}

// take() and format(): one for each type that a member can have.

Outcome take(const Row& row, std::string_view text, std::string& member) {
  const std::string_view value = without_slashes_at_end(row.check, text);
  if (!accepts_text(row.check, value)) return refuse(row, suggest_text(row.check, value));
  member = value;
  return {};
}

Outcome take(const Row& row, std::string_view text, seconds& member) {
  const auto time = time_in_range(row, text);
  if (!time || *time % seconds(1) != milliseconds(0)) return refuse(row, suggest_time(row, text));
  const auto whole = duration_cast<seconds>(*time);
  const bool divides = kDay % whole == seconds(0);
  if (row.check == Check::kDividesDay && !divides) return refuse(row, suggest_divisor(whole, row));
  member = whole;
  return {};
}

Outcome take(const Row& row, std::string_view text, milliseconds& member) {
  const auto time = time_in_range(row, text);
  if (!time) return refuse(row, suggest_time(row, text));
  member = *time;
  return {};
}

Outcome take(const Row& row, std::string_view text, std::uint64_t& member) {
  const auto size = size_in_range(row, text);
  if (!size) return refuse(row, suggest_size(row, text));
  member = *size;
  return {};
}

Outcome take(const Row& row, std::string_view text, std::uint32_t& member) {
  const auto number = parse_number(text);
  if (!number || *number < *parse_number(row.minimum) || *number > *parse_number(row.maximum)) return refuse(row, {});
  member = *number;
  return {};
}

Outcome take(const Row& row, std::string_view text, bool& member) {
  const auto answer = parse_boolean(text);
  if (!answer) return refuse(row, {});
  member = *answer;
  return {};
}

Outcome take(const Row& row, std::string_view text, base::log::Level& member) {
  const auto level = parse_level(text);
  if (!level) return refuse(row, suggest_word(level_names(), text));
  member = *level;
  return {};
}

Outcome take(const Row& row, std::string_view text, base::log::Target& member) {
  const auto target = parse_target(text);
  if (!target) return refuse(row, suggest_word(target_names(), text));
  member = *target;
  return {};
}

Outcome take(const Row& row, std::string_view text, HeartbeatBody& member) {
  const auto body = parse_body(text);
  if (!body) return refuse(row, suggest_word(body_names(), text));
  member = *body;
  return {};
}

Outcome take(const Row& row, std::string_view text, ChannelSet& member) {
  const auto channels = parse_channels(text);
  if (!channels) return refuse(row, suggest_word(kChannelNames, text));
  member = *channels;
  return {};
}

std::string format(const std::string& member) { return member; }
std::string format(seconds member) { return format_time(member); }
std::string format(milliseconds member) { return format_time(member); }
std::string format(std::uint64_t member) { return format_size(member); }
std::string format(base::log::Level member) { return std::string(level_name(member)); }
std::string format(base::log::Target member) { return std::string(target_name(member)); }
std::string format(std::uint32_t member) { return std::to_string(member); }
std::string format(bool member) { return member ? "yes" : "no"; }
std::string format(HeartbeatBody member) { return std::string(body_name(member)); }
std::string format(ChannelSet member) { return format_channels(member); }

}  // namespace

std::optional<Refusal> set_value(const Row& row, std::string_view text, Settings& settings) {
  return std::visit([&](auto member) { return take(row, text, settings.*member); }, row.member);
}

std::string format_value(const Row& row, const Settings& settings) {
  return std::visit([&](auto member) { return format(settings.*member); }, row.member);
}

std::string shown_value(const Row& row, const Settings& settings) {
  std::string value = format_value(row, settings);
  if (!row.secret) return value;
  return value.empty() ? "unset" : "set";
}

std::string describe_expected(const Row& row) {
  if (std::holds_alternative<base::log::Level Settings::*>(row.member)) return join_words(level_names());
  if (std::holds_alternative<base::log::Target Settings::*>(row.member)) return join_words(target_names());
  if (std::holds_alternative<HeartbeatBody Settings::*>(row.member)) return join_words(body_names());
  if (std::holds_alternative<ChannelSet Settings::*>(row.member)) {
    return "channels, separated by commas: " + join_words(kChannelNames);
  }
  if (std::holds_alternative<bool Settings::*>(row.member)) return "yes or no";
  if (std::holds_alternative<std::string Settings::*>(row.member)) return expected_text(row.check);
  if (std::holds_alternative<std::uint32_t Settings::*>(row.member)) return "a number" + range(row);
  const bool size = std::holds_alternative<std::uint64_t Settings::*>(row.member);
  const bool divides = row.check == Check::kDividesDay;
  return (size ? "a size" : "a time") + range(row) +
         (divides ? " that divides a day, such as 10s, 30s or 5m" : example(row));
}

}  // namespace config

// SPDX-License-Identifier: MIT
#include "config/row_value.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>

#include "base/bus_address.h"
#include "base/comma_list.h"
#include "base/limits.h"
#include "base/listen_address.h"
#include "config/nearest.h"
#include "config/text.h"
#include "config/values.h"

namespace config {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t kLongestName = 64;         // HOST_NAME_MAX
constexpr std::size_t kLongestPath = 4095;       // PATH_MAX without its NUL
constexpr std::size_t kLongestSocketPath = 107;  // sun_path without its NUL, unix(7)
constexpr std::size_t kLongestHeader = 512;
constexpr std::size_t kLongestHost = 253;  // RFC 1035 section 2.3.4
constexpr std::size_t kLongestText = 512;
constexpr std::size_t kLongestTopic = 128;
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

std::string expected_text(Check check) {
  switch (check) {
    case Check::kNone:
    case Check::kDividesDay:
      return "text";
    case Check::kName:
      return "a name of at most 64 characters, or nothing";
    case Check::kAccount:
      return "the name of an account of this box";
    case Check::kPath:
      return "a path that begins with /";
    case Check::kOptionalPath:
      return "a path that begins with /, or nothing";
    case Check::kSocketPath:
      return "a path that begins with /, of at most 107 characters, or nothing";
    case Check::kTimezone:
      return "a rule such as <-05>5 or CET-1CEST,M3.5.0,M10.5.0/3, a zone name such as America/Lima, or nothing";
    case Check::kProbe:
      return "http(s)://HOST[:PORT][/PATH], tcp://HOST:PORT or icmp://HOST, or nothing";
    case Check::kWebUrl:
      return "https://HOST[:PORT][/PATH], the same with http://, or nothing";
    case Check::kPatterns:
      return "names of containers with commas between them, such as redis, web-*, or nothing";
    case Check::kNames:
      return "names of containers with commas between them, such as redis, web-1, without *, or nothing";
    case Check::kTargets:
      return "gateway, and up to four names, addresses or tcp://HOST:PORT, with commas between them, or nothing";
    case Check::kPaths:
      return "paths that begin with /, with commas between them, or nothing";
    case Check::kUnits:
      return "names of systemd services with commas between them, such as ssh, nginx.service, web@*, or nothing";
    case Check::kBus:
      return "unix:path= and a path of at most 107 characters, such as unix:path=/run/dbus/system_bus_socket, or "
             "nothing";
    case Check::kHeader:
      return "at most 512 letters, digits and signs without blanks, or nothing";
    case Check::kListen:
      return "up to four times ADDRESS:PORT, such as 127.0.0.1:8080 or [::1]:8080, separated by commas, or nothing";
    case Check::kNetworks:
      return "networks such as 192.168.0.0/16 or fd00::/8, separated by commas, or nothing";
    case Check::kHost:
      return "a host name or an address, without port and mqtt://, or nothing";
    case Check::kText:
      return "at most 512 characters, or nothing";
    case Check::kTopic:
      return "the beginning of topics, such as conch or home/conch: at most 128 characters, none of them # or +, and "
             "no / at either end";
    case Check::kToken:
      return "at most 200 letters, digits, \":\", \"_\" and \"-\", or nothing";
    case Check::kChat:
      return "a number such as 123456789 or -1001234567890, or @NAME of a channel, or nothing";
    case Check::kApi:
      return "https://HOST[:PORT][/PATH], or the same with http://";
  }
  return {};
}

bool is_path(std::string_view text, std::size_t longest) { return text.starts_with('/') && text.size() <= longest; }

bool is_host(std::string_view text) {
  const bool known = std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view(".-_:%").contains(c);
  });
  // One colon alone stands before a port, in an IPv6 address there are two at least.
  return known && text.size() <= kLongestHost && std::ranges::count(text, ':') != 1;
}

bool is_topic(std::string_view text) {
  return !text.empty() && text.size() <= kLongestTopic && !text.starts_with('/') && !text.ends_with('/') &&
         std::ranges::none_of(text, [](char c) {
           const auto byte = static_cast<unsigned char>(c);
           return c == '#' || c == '+' || byte < ' ' || byte == 0x7F;
         });
}

bool is_letter_or_digit(char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

bool is_token(std::string_view text) {
  constexpr std::size_t kLongest = 200;
  const auto plain = [](char c) { return is_letter_or_digit(c) || c == ':' || c == '_' || c == '-'; };
  return text.size() <= kLongest && std::ranges::all_of(text, plain);
}

bool is_chat(std::string_view text) {
  if (text.empty()) return true;
  if (text.starts_with('@')) {
    text.remove_prefix(1);
    const auto plain = [](char c) { return is_letter_or_digit(c) || c == '_'; };
    return !text.empty() && text.size() <= 32 && std::ranges::all_of(text, plain);
  }
  if (text.starts_with('-')) text.remove_prefix(1);
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  return !text.empty() && text.size() <= 18 && text.front() != '0' && std::ranges::all_of(text, digit);
}

bool is_name_list(std::string_view text, std::string_view signs) {
  return std::ranges::all_of(text, [signs](char c) {
    return is_letter_or_digit(c) || c == ',' || c == ' ' || c == '\t' || signs.contains(c);
  });
}

bool is_path_list(std::string_view list) {
  while (!list.empty()) {
    if (!is_path(base::take_list_item(list), kLongestPath)) return false;
  }
  return true;
}

bool is_target(std::string_view text) {
  constexpr std::string_view kTcp = "tcp://";
  if (!text.starts_with(kTcp)) return !text.empty() && is_host(text);
  text.remove_prefix(kTcp.size());
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const std::string_view port = text.substr(colon + 1);
  return is_host(text.substr(0, colon)) && !port.empty() && port.size() <= 5 &&
         port.find_first_not_of("0123456789") == std::string_view::npos;
}

bool is_target_list(std::string_view list) {
  constexpr int kMost = 4;  // besides the gateway
  int count = 0;
  while (!list.empty()) {
    const std::string_view target = base::take_list_item(list);
    if (!is_target(target)) return false;
    if (target != "gateway") ++count;
  }
  return count <= kMost;
}

bool accepts(Check check, std::string_view text) {
  switch (check) {
    case Check::kNone:
    case Check::kDividesDay:
    case Check::kTimezone:
    case Check::kProbe:
    case Check::kWebUrl:
    case Check::kNetworks:
      return true;
    case Check::kApi:
      return !text.empty();
    case Check::kToken:
      return is_token(text);
    case Check::kChat:
      return is_chat(text);
    case Check::kListen: {
      const auto addresses = base::ListenAddress::parse_list(text);
      return addresses && addresses->size() <= base::limits::kHttpAddresses;
    }
    case Check::kHeader:
      return text.size() <= kLongestHeader && std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7F; });
    case Check::kPatterns:
      return is_name_list(text, "_.-*");
    case Check::kNames:
      return is_name_list(text, "_.-");
    case Check::kTargets:
      return is_target_list(text);
    case Check::kPaths:
      return is_path_list(text);
    case Check::kUnits:
      return is_name_list(text, "_.-*@:\\");
    case Check::kBus:
      return text.empty() || is_path(base::bus_socket_path(text), kLongestSocketPath);
    case Check::kName:
      return text.size() <= kLongestName;
    case Check::kHost:
      return is_host(text);
    case Check::kText:
      return text.size() <= kLongestText;
    case Check::kTopic:
      return is_topic(text);
    case Check::kAccount:
      return !text.empty();
    case Check::kPath:
      return is_path(text, kLongestPath);
    case Check::kOptionalPath:
      return text.empty() || is_path(text, kLongestPath);
    case Check::kSocketPath:
      return text.empty() || is_path(text, kLongestSocketPath);
  }
  return false;
}

// A path that lacks its first slash, or stands in quotes.
std::string suggest_path(const Row& row, std::string_view text) {
  const bool is_path =
      row.check == Check::kPath || row.check == Check::kOptionalPath || row.check == Check::kSocketPath;
  if (!is_path || text.empty()) return {};
  const bool quoted = text.size() > 2 && text.front() == text.back() && (text[0] == '"' || text[0] == '\'');
  const std::string attempt = quoted ? std::string(text.substr(1, text.size() - 2)) : std::string("/").append(text);
  return accepts(row.check, attempt) ? attempt : std::string();
}

// "mqtt://HOST:1883/" for "HOST".
std::string suggest_host(std::string_view text) {
  const auto scheme = text.find("://");
  if (scheme != std::string_view::npos) text.remove_prefix(scheme + 3);
  text = text.substr(0, text.find_first_of(":/"));
  return text.empty() || !is_host(text) ? std::string() : std::string(text);
}

std::string suggest_topic(std::string_view text) {
  while (text.ends_with('/') || text.ends_with('#') || text.ends_with('+')) text.remove_suffix(1);
  while (text.starts_with('/')) text.remove_prefix(1);
  return is_topic(text) ? std::string(text) : std::string();
}

std::string suggest_text(const Row& row, std::string_view text) {
  if (row.check == Check::kHost) return suggest_host(text);
  if (row.check == Check::kTopic) return suggest_topic(text);
  return suggest_path(row, text);
}

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
  if (!accepts(row.check, value)) return refuse(row, suggest_text(row, value));
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

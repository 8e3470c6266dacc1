// SPDX-License-Identifier: MIT
#include "config/text_check.h"

#include <algorithm>
#include <cstddef>

#include "base/bus_address.h"
#include "base/comma_list.h"
#include "base/command_words.h"
#include "base/limits.h"
#include "base/listen_address.h"

namespace config {
namespace {

constexpr std::size_t kLongestName = 64;         // HOST_NAME_MAX
constexpr std::size_t kLongestPath = 4095;       // PATH_MAX without its NUL
constexpr std::size_t kLongestSocketPath = 107;  // sun_path without its NUL, unix(7)
constexpr std::size_t kLongestHeader = 512;
constexpr std::size_t kLongestHost = 253;  // RFC 1035 section 2.3.4
constexpr std::size_t kLongestText = 512;
constexpr std::size_t kLongestTopic = 128;
constexpr std::size_t kLongestWifiName = 32;  // IEEE 802.11, SSID element

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

bool is_wifi_password(std::string_view text) {
  constexpr std::size_t kShortest = 8;
  constexpr std::size_t kLongest = 63;
  constexpr std::size_t kKeyDigits = 64;
  if (text.empty()) return true;
  if (text.size() == kKeyDigits) return text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
  return text.size() >= kShortest && text.size() <= kLongest &&
         std::ranges::all_of(text, [](char c) { return c >= ' ' && c < 0x7F; });
}

bool is_country(std::string_view text) {
  return text.empty() || (text.size() == 2 && std::ranges::all_of(text, [](char c) { return c >= 'A' && c <= 'Z'; }));
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

bool is_command(std::string_view text) {
  return text.empty() || (text.starts_with('/') && base::CommandWords(text).good());
}

// The kernel has no more of a program's name: TASK_COMM_LEN without its NUL, proc(5).
bool is_process_list(std::string_view list) {
  constexpr std::ptrdiff_t kLongest = 15;
  while (!list.empty()) {
    const std::string_view name = base::take_list_item(list);
    const auto letters = std::ranges::count_if(name, [](char c) { return c != '*'; });
    const bool visible = std::ranges::all_of(name, [](char c) { return c >= ' ' && c < 0x7F; });
    if (letters == 0 || letters > kLongest || !visible) return false;
  }
  return true;
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

}  // namespace

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
    case Check::kUnitNames:
      return "names of systemd services with commas between them, such as ssh, nginx.service, without *, or nothing";
    case Check::kUnitName:
      return "the name of one service, such as networking or systemd-networkd.service, or nothing";
    case Check::kProcesses:
      return "names of programs with commas between them, such as java, worker-*, each of 15 characters at most and "
             "not of stars alone, or nothing";
    case Check::kCommand:
      return "a command that begins with a slash and has at most 16 words, such as /usr/bin/apt-get clean, or nothing";
    case Check::kRenewal:
      return "a command that begins with a slash and has at most 16 words, such as /sbin/dhcpcd -n eth0, or auto, or "
             "nothing";
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
    case Check::kWifiName:
      return "the name of a Wi-Fi network, at most 32 characters, or nothing";
    case Check::kWifiPassword:
      return "8 to 63 characters without accents, or 64 hexadecimal digits, or nothing";
    case Check::kCountry:
      return "two capital letters such as DE, PE or US, or nothing";
    case Check::kToken:
      return "at most 200 letters, digits, \":\", \"_\" and \"-\", or nothing";
    case Check::kChat:
      return "a number such as 123456789 or -1001234567890, or @NAME of a channel, or nothing";
    case Check::kApi:
      return "https://HOST[:PORT][/PATH], or the same with http://";
  }
  return {};
}

bool accepts_text(Check check, std::string_view text) {
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
    case Check::kWifiName:
      return text.size() <= kLongestWifiName;
    case Check::kWifiPassword:
      return is_wifi_password(text);
    case Check::kCountry:
      return is_country(text);
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
    case Check::kUnitNames:
      return is_name_list(text, "_.-@:\\");
    case Check::kUnitName:
      return is_name_list(text, "_.-@:\\") && text.find_first_of(", \t") == std::string_view::npos;
    case Check::kProcesses:
      return is_process_list(text);
    case Check::kCommand:
      return is_command(text);
    case Check::kRenewal:
      return text == "auto" || is_command(text);
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

namespace {

// A path that lacks its first slash, or stands in quotes.
std::string suggest_path(Check check, std::string_view text) {
  const bool path = check == Check::kPath || check == Check::kOptionalPath || check == Check::kSocketPath;
  if (!path || text.empty()) return {};
  const bool quoted = text.size() > 2 && text.front() == text.back() && (text[0] == '"' || text[0] == '\'');
  const std::string attempt = quoted ? std::string(text.substr(1, text.size() - 2)) : std::string("/").append(text);
  return accepts_text(check, attempt) ? attempt : std::string();
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

}  // namespace

std::string suggest_text(Check check, std::string_view text) {
  if (check == Check::kHost) return suggest_host(text);
  if (check == Check::kTopic) return suggest_topic(text);
  return suggest_path(check, text);
}

}  // namespace config

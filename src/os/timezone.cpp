// SPDX-License-Identifier: MIT
#include "os/timezone.h"

#include <stdlib.h>
#include <time.h>

#include <algorithm>
#include <array>

#include "os/read_file.h"

namespace os {
namespace {

// Where musl looks; glibc and Debian's tzdata have the first.
constexpr std::array<std::string_view, 3> kZoneFolders = {"/usr/share/zoneinfo/", "/share/zoneinfo/", "/etc/zoneinfo/"};
constexpr std::string_view kZoneFileMagic = "TZif";
constexpr std::size_t kShortestName = 3;
constexpr std::size_t kLongestName = 6;  // TZNAME_MAX of POSIX and musl
constexpr std::size_t kLongestZone = 64;
constexpr unsigned kMostOffsetHours = 24;
constexpr unsigned kMostChangeHours = 167;  // RFC 8536 section 3.3.1

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_sign(char c) { return c == '+' || c == '-'; }

class RuleReader {
 public:
  explicit RuleReader(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }
  bool at_number() const { return !rest_.empty() && (is_digit(rest_.front()) || is_sign(rest_.front())); }

  // CET or <-05>
  bool read_name() {
    const bool quoted = skip('<');
    const auto end = std::ranges::find_if_not(
        rest_, [&](char c) { return is_letter(c) || (quoted && (is_digit(c) || is_sign(c))); });
    const auto length = static_cast<std::size_t>(end - rest_.begin());
    rest_.remove_prefix(length);
    return length >= kShortestName && length <= kLongestName && (!quoted || skip('>'));
  }

  // [+-]hh[:mm[:ss]]
  bool read_time(unsigned most_hours) {
    if (!rest_.empty() && is_sign(rest_.front())) rest_.remove_prefix(1);
    if (!read_number(0, most_hours)) return false;
    if (skip(':') && !read_number(0, 59)) return false;
    return !skip(':') || read_number(0, 59);
  }

  // ,Mm.w.d[/time] or ,Jn[/time] or ,n[/time]
  bool read_change() {
    if (!skip(',')) return false;
    bool date = false;
    if (skip('M')) {
      date = read_number(1, 12) && skip('.') && read_number(1, 5) && skip('.') && read_number(0, 6);
    } else {
      date = skip('J') ? read_number(1, 365) : read_number(0, 365);
    }
    return date && (!skip('/') || read_time(kMostChangeHours));
  }

 private:
  bool skip(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  bool read_number(unsigned least, unsigned most) {
    unsigned number = 0;
    std::size_t digits = 0;
    for (; digits < rest_.size() && digits < 4 && is_digit(rest_[digits]); ++digits) {
      number = number * 10 + static_cast<unsigned>(rest_[digits] - '0');
    }
    rest_.remove_prefix(digits);
    return digits > 0 && number >= least && number <= most;
  }

  std::string_view rest_;
};

// libc takes a text for a rule when a number follows the name in it.
bool looks_like_rule(std::string_view text) {
  RuleReader reader(text);
  return text.starts_with('<') || (reader.read_name() && reader.at_number());
}

std::unexpected<base::Error> wrong(const char* what) { return std::unexpected(base::Error(what)); }

bool is_zone_name(std::string_view text) {
  if (text.size() > kLongestZone || text.starts_with('/') || text.contains("..")) return false;
  return std::ranges::all_of(
      text, [](char c) { return is_letter(c) || is_digit(c) || is_sign(c) || c == '_' || c == '/' || c == '.'; });
}

bool has_zone_file(std::string_view name) {
  return std::ranges::any_of(kZoneFolders, [&](std::string_view folder) {
    std::array<char, kZoneFileMagic.size()> magic{};
    const base::Result<std::string_view> head = read_head(folder, name, magic);
    return head && *head == kZoneFileMagic;
  });
}

bool has_any_zone_file() {
  // In every tzdata, however small.
  return has_zone_file("UTC") || has_zone_file("Etc/UTC");
}

}  // namespace

base::Result<void> parse_timezone_rule(std::string_view text) {
  RuleReader reader(text);
  if (!reader.read_name()) return wrong("a time zone's rule begins with a name of 3 to 6 letters, or of <-05>'s form");
  if (!reader.at_number() || !reader.read_time(kMostOffsetHours)) {
    return wrong("behind the name of a time zone's rule come the hours west of UTC, at most 24");
  }
  if (reader.at_end()) return {};
  if (!reader.read_name())
    return wrong("behind the hours of a time zone's rule comes a summer time's name, or nothing");
  if (reader.at_number() && !reader.read_time(kMostOffsetHours)) {
    return wrong("the hours behind the summer time's name are wrong");
  }
  if (!reader.read_change() || !reader.read_change() || !reader.at_end()) {
    return wrong("behind a summer time's name come the days of its two changes, such as ,M3.5.0,M10.5.0/3");
  }
  return {};
}

base::Result<void> check_timezone(std::string_view text) {
  if (text == "UTC" || text == "GMT") return {};
  if (looks_like_rule(text)) return parse_timezone_rule(text);
  if (!text.empty() && is_zone_name(text) && has_zone_file(text)) return {};
  if (!has_any_zone_file()) return wrong("this box has no time zone files (package tzdata), so only a rule works");
  return wrong("this box knows no such time zone");
}

Timezone::Timezone() {
  if (const char* text = ::getenv("TZ")) at_start_ = text;
}

base::Result<void> Timezone::set(std::string_view text) {
  if (text.empty() && !at_start_) {
    ::unsetenv("TZ");
  } else if (text.empty()) {
    ::setenv("TZ", at_start_->c_str(), 1);
  } else {
    if (base::Result<void> known = check_timezone(text); !known) return known;
    // Without tzdata a bare UTC is a name that is not found; the rule means the same everywhere.
    const std::string value = text == "UTC" || text == "GMT" ? std::string(text) + "0" : std::string(text);
    ::setenv("TZ", value.c_str(), 1);
  }
  ::tzset();
  return {};
}

}  // namespace os

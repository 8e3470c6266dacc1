// SPDX-License-Identifier: MIT
#include "rules/http_date.h"

#include <charconv>

namespace rules {
namespace {

// Takes a date apart from its front; after the first piece that is not there, at_end() is false.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  bool at_end() const { return ok_ && text_.empty(); }
  void fail() { ok_ = false; }

  void skip(std::string_view expected) {
    ok_ = ok_ && text_.starts_with(expected);
    if (ok_) text_.remove_prefix(expected.size());
  }
  bool skip_if(std::string_view expected) {
    if (!ok_ || !text_.starts_with(expected)) return false;
    text_.remove_prefix(expected.size());
    return true;
  }
  /// Exactly `digits` of them; the first may be a blank when `padded`.
  unsigned number(std::size_t digits, bool padded = false) {
    if (padded && skip_if(" ")) --digits;
    unsigned value = 0;
    const char* const end = text_.data() + (text_.size() < digits ? 0 : digits);
    const auto [stopped, error] = std::from_chars(text_.data(), end, value);
    ok_ = ok_ && error == std::errc() && stopped == end;
    if (ok_) text_.remove_prefix(digits);
    return value;
  }
  /// The place, from 1, of the name of three letters that comes next.
  unsigned name(std::string_view names) {
    const std::size_t at = text_.size() < 3 ? std::string_view::npos : names.find(text_.substr(0, 3));
    ok_ = ok_ && at != std::string_view::npos && at % 3 == 0;
    if (ok_) text_.remove_prefix(3);
    return ok_ ? static_cast<unsigned>(at / 3 + 1) : 0;
  }
  void skip_letters() {
    while (ok_ && !text_.empty() && text_.front() >= 'a' && text_.front() <= 'z') text_.remove_prefix(1);
  }

 private:
  std::string_view text_;
  bool ok_ = true;
};

constexpr std::string_view kDays = "MonTueWedThuFriSatSun";
constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";

std::chrono::seconds take_time(Cursor& cursor) {
  const std::chrono::hours hours(cursor.number(2));
  cursor.skip(":");
  const std::chrono::minutes minutes(cursor.number(2));
  cursor.skip(":");
  const std::chrono::seconds seconds(cursor.number(2));
  // A leap second is 60.
  if (hours >= std::chrono::days(1) || minutes >= std::chrono::hours(1) || seconds > std::chrono::minutes(1)) {
    cursor.fail();
  }
  return hours + minutes + seconds;
}

}  // namespace

std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text) {
  Cursor cursor(text);
  cursor.name(kDays);
  unsigned year = 0;
  unsigned month = 0;
  unsigned day = 0;
  std::chrono::seconds time{};
  if (cursor.skip_if(" ")) {
    month = cursor.name(kMonths);
    cursor.skip(" ");
    day = cursor.number(2, true);
    cursor.skip(" ");
    time = take_time(cursor);
    cursor.skip(" ");
    year = cursor.number(4);
  } else {
    const bool usual = cursor.skip_if(", ");
    if (!usual) {
      cursor.skip_letters();
      cursor.skip(", ");
    }
    const std::string_view between = usual ? " " : "-";
    day = cursor.number(2);
    cursor.skip(between);
    month = cursor.name(kMonths);
    cursor.skip(between);
    year = cursor.number(usual ? 4 : 2);
    if (!usual) year += year < 70 ? 2000 : 1900;
    cursor.skip(" ");
    time = take_time(cursor);
    cursor.skip(" GMT");
  }
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(year)), std::chrono::month(month),
                                         std::chrono::day(day)};
  if (!cursor.at_end() || !date.ok()) return std::nullopt;
  return std::chrono::sys_days(date) + time;
}

}  // namespace rules

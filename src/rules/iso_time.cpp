// SPDX-License-Identifier: MIT
#include "rules/iso_time.h"

#include <cstdlib>

namespace rules {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Takes the pieces of a text from its beginning; what is not there makes all that follows fail.
class Pieces {
 public:
  explicit Pieces(std::string_view text) : rest_(text) {}

  unsigned number(std::size_t digits, unsigned largest) {
    unsigned value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      if (i >= rest_.size() || !is_digit(rest_[i])) return fail();
      value = value * 10 + static_cast<unsigned>(rest_[i] - '0');
    }
    rest_.remove_prefix(digits);
    return value <= largest ? value : fail();
  }

  char one_of(std::string_view characters) {
    if (rest_.empty() || !characters.contains(rest_.front())) return static_cast<char>(fail());
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }

  bool next_is(std::string_view characters) const { return !rest_.empty() && characters.contains(rest_.front()); }
  bool done() const { return rest_.empty() && !failed_; }
  bool failed() const { return failed_; }

 private:
  unsigned fail() {
    failed_ = true;
    rest_ = {};
    return 0;
  }

  std::string_view rest_;
  bool failed_ = false;
};

base::Duration take_fraction(Pieces& pieces) {
  if (!pieces.next_is(".,")) return {};
  pieces.one_of(".,");
  base::Duration fraction{};
  base::Duration digit_worth = std::chrono::milliseconds(100);
  do {
    fraction += pieces.number(1, 9) * digit_worth;
    digit_worth /= 10;
  } while (pieces.next_is("0123456789"));
  return fraction;
}

seconds take_offset(Pieces& pieces) {
  const char sign = pieces.one_of("Z+-");
  if (sign == 'Z' || pieces.failed()) return {};
  const hours h(pieces.number(2, 23));
  if (pieces.next_is(":")) pieces.one_of(":");
  const minutes m(pieces.done() ? 0 : pieces.number(2, 59));
  return sign == '-' ? -(h + m) : h + m;
}

}  // namespace

std::optional<IsoTime> parse_iso_time(std::string_view text) {
  Pieces pieces(text);
  const std::chrono::year year(static_cast<int>(pieces.number(4, 9999)));
  pieces.one_of("-");
  const std::chrono::month month(pieces.number(2, 12));
  pieces.one_of("-");
  const std::chrono::day day(pieces.number(2, 31));
  pieces.one_of("T ");
  const hours hour(pieces.number(2, 23));
  pieces.one_of(":");
  const minutes minute(pieces.number(2, 59));
  pieces.one_of(":");
  const seconds second(pieces.number(2, 60));
  const base::Duration fraction = take_fraction(pieces);
  const std::chrono::year_month_day date(year, month, day);
  if (pieces.failed() || !date.ok()) return std::nullopt;

  IsoTime time;
  time.local.append(text.substr(0, 10)).append(" ").append(text.substr(11, 8));
  if (pieces.done()) return time;
  const seconds offset = take_offset(pieces);
  if (!pieces.done()) return std::nullopt;
  // Nanoseconds in 64 bits span 292 years: what lies between two of these moments fits too. No clock shows another.
  if (date.year() < std::chrono::year(1969) || date.year() > std::chrono::year(2200)) return time;
  time.instant = std::chrono::sys_days(date) + hour + minute + second + fraction - offset;
  return time;
}

base::FixedString<31> iso_time(base::WallTime time, std::chrono::seconds offset) {
  const auto local = std::chrono::floor<seconds>(time) + offset;
  const auto day = std::chrono::floor<std::chrono::days>(local);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(local - day);
  const auto away = std::chrono::abs(std::chrono::floor<minutes>(offset));
  base::FixedString<31> text;
  text.appendf("%04d-%02u-%02uT%02d:%02d:%02d%c%02d:%02d", static_cast<int>(date.year()),
               static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
               static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
               static_cast<int>(clock.seconds().count()), offset < seconds::zero() ? '-' : '+',
               static_cast<int>(away.count() / 60), static_cast<int>(away.count() % 60));
  return text;
}

}  // namespace rules

// SPDX-License-Identifier: MIT
#include "base/json_writer.h"

#include <cmath>

#include "base/fixed_string.h"
#include "base/json_string.h"

namespace base {

void JsonWriter::separate() {
  if (comma_) out_.append(",");
  comma_ = true;
}

JsonWriter& JsonWriter::open(char bracket) {
  separate();
  out_.append({&bracket, 1});
  comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::close(char bracket) {
  out_.append({&bracket, 1});
  comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
  separate();
  append_json_string(out_, name);
  out_.append(":");
  comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::text(std::string_view value) {
  separate();
  append_json_string(out_, value);
  return *this;
}

JsonWriter& JsonWriter::integer(std::int64_t value) {
  separate();
  out_.appendf("%lld", static_cast<long long>(value));
  return *this;
}

JsonWriter& JsonWriter::number(double value, int digits) {
  if (!std::isfinite(value)) return null();
  separate();
  FixedString<40> text;
  text.appendf(std::abs(value) < 1e15 ? "%.*f" : "%.*g", digits, value);
  std::string_view shown = text.view();
  if (shown.contains('.')) {
    while (shown.ends_with('0')) shown.remove_suffix(1);
    if (shown.ends_with('.')) shown.remove_suffix(1);
  }
  out_.append(shown == "-0" ? "0" : shown);
  return *this;
}

JsonWriter& JsonWriter::boolean(bool value) {
  separate();
  out_.append(value ? "true" : "false");
  return *this;
}

JsonWriter& JsonWriter::null() {
  separate();
  out_.append("null");
  return *this;
}

JsonWriter& JsonWriter::time(WallTime value) {
  separate();
  const auto day = std::chrono::floor<std::chrono::days>(value);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(value - day));
  out_.appendf("\"%04d-%02u-%02uT%02d:%02d:%02dZ\"", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
               static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
               static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()));
  return *this;
}

}  // namespace base

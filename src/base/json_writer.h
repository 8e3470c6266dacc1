// SPDX-License-Identifier: MIT
// JSON into a TextWriter, piece by piece: puts the commas, escapes the texts. Knows no nesting; whoever opens an object
// or array closes it. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/text_writer.h"
#include "base/time.h"

namespace base {

class JsonWriter {
 public:
  /// `out` is borrowed. `after_value`: what is in it already ends with a value, so that a comma comes next.
  explicit JsonWriter(TextWriter& out, bool after_value = false) : out_(out), comma_(after_value) {}

  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& begin_object(std::string_view name) { return key(name).open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_array() { return open('['); }
  JsonWriter& begin_array(std::string_view name) { return key(name).open('['); }
  JsonWriter& end_array() { return close(']'); }
  JsonWriter& key(std::string_view name);

  JsonWriter& text(std::string_view value);
  JsonWriter& integer(std::int64_t value);
  /// At most `digits` behind the point, none that says nothing: 12, 12.5. Not finite: null.
  JsonWriter& number(double value, int digits);
  JsonWriter& boolean(bool value);
  JsonWriter& null();
  /// RFC 3339 in UTC: "2025-07-16T10:30:00Z".
  JsonWriter& time(WallTime value);

  JsonWriter& text(std::string_view name, std::string_view value) { return key(name).text(value); }
  JsonWriter& integer(std::string_view name, std::int64_t value) { return key(name).integer(value); }
  JsonWriter& number(std::string_view name, std::optional<double> value, int digits) {
    return value ? key(name).number(*value, digits) : key(name).null();
  }
  JsonWriter& boolean(std::string_view name, bool value) { return key(name).boolean(value); }
  JsonWriter& null(std::string_view name) { return key(name).null(); }
  JsonWriter& time(std::string_view name, std::optional<WallTime> value) {
    return value ? key(name).time(*value) : key(name).null();
  }

 private:
  JsonWriter& open(char bracket);
  JsonWriter& close(char bracket);
  void separate();

  TextWriter& out_;
  bool comma_ = false;
};

}  // namespace base

// SPDX-License-Identifier: MIT
#include "base/json_string.h"

#include <doctest/doctest.h>

#include <array>
#include <string_view>

TEST_CASE("a JSON string") {
  struct Case {
    const char* reason;
    std::string_view text;
    std::string_view json;
  };
  using std::string_view_literals::operator""sv;
  const Case cases[] = {
      {"empty", "", R"("")"},
      {"NUL", "a\0b"sv, R"("a\u0000b")"},
      {"a line's end, and other control characters", "a\nb\r\x1f", R"("a\nb\u000d\u001f")"},
      {"delete is no control character of JSON", "\x7f", "\"\x7f\""},
      {"two, three and four bytes", "é€😀", R"("é€😀")"},
      {"a continuation alone", "\x80", R"("\ufffd")"},
      {"cut off", "\xe2\x82", R"("\ufffd\ufffd")"},
      {"overlong", "\xc0\xaf", R"("\ufffd\ufffd")"},
      {"surrogate", "\xed\xa0\x80", R"("\ufffd\ufffd\ufffd")"},
      {"above the last", "\xf4\x90\x80\x80", R"("\ufffd\ufffd\ufffd\ufffd")"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.reason);
    std::array<char, 100> room;
    base::TextWriter out(room);
    base::append_json_string(out, c.text);
    CHECK(out.view() == c.json);
  }
}

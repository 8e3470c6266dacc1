// SPDX-License-Identifier: MIT
#include "base/fixed_string.h"

#include <doctest/doctest.h>

#include <string>

TEST_CASE("text is cut between characters, never inside one") {
  struct Case {
    const char* reason;
    const char* text;
    const char* expected;
    bool truncated;
  };
  const Case cases[] = {
      {"fits exactly", "12345678", "12345678", false},
      {"one byte too long", "123456789", "12345678", true},
      {"a two-byte character across the end", "1234567\xC3\xA9", "1234567", true},
      {"a two-byte character that just fits", "123456\xC3\xA9", "123456\xC3\xA9", false},
      {"a four-byte character across the end", "12345\xF0\x9F\x9A\xA8", "12345", true},
      {"three bytes of it would fit", "12345\xF0\x9F\x9A\xA8x", "12345", true},
      {"bytes that are no UTF-8 at all", "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80", "\x80\x80\x80\x80\x80\x80\x80\x80",
       true},
      {"nothing", "", "", false},
  };
  for (const Case& row : cases) {
    CAPTURE(row.reason);
    base::FixedString<8> appended;
    appended.append(row.text);
    CHECK(appended.view() == row.expected);
    CHECK(appended.truncated() == row.truncated);
    CHECK(appended.c_str()[appended.size()] == '\0');
  }
}

TEST_CASE("appendf cuts the same way") {
  base::FixedString<8> text;
  text.appendf("%d-%s", 1234, "\xC3\xA9\xC3\xA9");
  CHECK(text.view() == "1234-\xC3\xA9");
  CHECK(text.truncated());
  text.clear();
  CHECK_FALSE(text.truncated());
  text.appendf("%s", "12345\xF0\x9F\x9A\xA8");
  CHECK(text.view() == "12345");
  text.clear();
  text.appendf("%s", "12345678");
  CHECK(text.view() == "12345678");
  CHECK_FALSE(text.truncated());
}

TEST_CASE("what is full stays as it is") {
  base::FixedString<4> text("abcd");
  text.append("e").appendf("%d", 5);
  CHECK(text.view() == "abcd");
  CHECK(text.truncated());
}

// SPDX-License-Identifier: MIT
#include "rules/text_cut.h"

#include <doctest/doctest.h>

TEST_CASE("a text is cut on a character's boundary") {
  CHECK(rules::first_characters("aé🟢b", 4) == "aé🟢b");
  CHECK(rules::first_characters("aé🟢b", 3) == "aé🟢");
  CHECK(rules::first_characters("aé🟢b", 2) == "aé");
  CHECK(rules::first_characters("aé🟢b", 0).empty());
  CHECK(rules::first_characters("", 5).empty());
}

TEST_CASE("in UTF-16 a character above U+FFFF counts twice, and is not halved") {
  CHECK(rules::first_utf16_units("aé🟢b", 5) == "aé🟢b");
  CHECK(rules::first_utf16_units("aé🟢b", 4) == "aé🟢");
  CHECK(rules::first_utf16_units("aé🟢b", 3) == "aé");
}

TEST_CASE("bytes that are no UTF-8 count as one character each") {
  CHECK(rules::first_characters("\xff\xfe\xc3", 2) == "\xff\xfe");
  CHECK(rules::first_utf16_units("\xf0\x9f\x9f", 2) == "\xf0\x9f");
}

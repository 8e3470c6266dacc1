// SPDX-License-Identifier: MIT
#include "rules/json_scanner.h"

#include <doctest/doctest.h>

#include <string>

namespace {

bool is_sound(std::string_view text, bool sequence = false) {
  rules::JsonScanner scanner(sequence);
  for (const char c : text) {
    if (scanner.next(c) == rules::JsonScanner::Token::kFailed) return false;
  }
  return sequence ? scanner.between() : scanner.done();
}

std::string nested(unsigned levels) { return std::string(levels, '[') + std::string(levels, ']'); }

}  // namespace

TEST_CASE("the whole grammar is checked") {
  const struct {
    const char* reason;
    std::string text;
    bool sound;
  } cases[] = {
      {"empty", "[]", true},
      {"empty with blanks", " [ \r\n\t ] \n", true},
      {"one object", R"([{"Id":"a"}])", true},
      {"nested arrays are one element each", "[[1,2,3],[],[[4,5]]]", true},
      {"nested objects", R"([{"a":{"b":[{},{}]}},{}])", true},
      {"brackets and commas inside strings", R"(["],[", "}{,", ","])", true},
      {"escaped quotes and backslashes", R"(["a\"],[\"b","\\","\\\""])", true},
      {"every escape", R"(["\"\\\/\b\f\n\r\t\u00e9\uD83D"])", true},
      {"keys may hold anything a string may", R"([{"]":1,"\"":2,"":3}])", true},
      {"every kind of value", R"([true,false,null,0,-0,12,-3.5,1e9,1E+2,2.5e-3,"",{},[]])", true},
      {"UTF-8 and bytes that are none", "[\"ü😀\xFF\"]", true},
      {"as deep as allowed", nested(rules::JsonScanner::kMaxDepth), true},

      {"nothing at all", "", false},
      {"only blanks", "  \n", false},
      {"an object", R"({"message":"no"})", true},
      {"a string", R"("[]")", false},
      {"a number", "7", false},
      {"HTML", "<html>[1,2]</html>", false},
      {"cut after the bracket", "[", false},
      {"cut inside an element", R"([{"Id":"a"},{"Id)", false},
      {"cut before the last bracket", R"([{"Id":"a"})", false},
      {"cut inside an escape", R"(["\u00)", false},
      {"something after the end", "[1]x", false},
      {"two arrays", "[1][2]", false},
      {"comma before the end", "[1,]", false},
      {"comma first", "[,1]", false},
      {"two commas", "[1,,2]", false},
      {"no comma", "[1 2]", false},
      {"brackets that do not match", "[{]}", false},
      {"a brace that closes the array", "[}", false},
      {"one bracket too many", "[]]", false},
      {"object without a value", R"([{"a"}])", false},
      {"object without a colon", R"([{"a" 1}])", false},
      {"object with a comma before its end", R"([{"a":1,}])", false},
      {"key that is no string", "[{1:2}]", false},
      {"unknown escape", R"(["\x41"])", false},
      {"hex that is none", R"(["\u00g0"])", false},
      {"line end inside a string", "[\"a\nb\"]", false},
      {"NUL inside a string", std::string("[\"a\0b\"]", 7), false},
      {"single quotes", "['a']", false},
      {"misspelt literal", "[nul]", false},
      {"literal that goes on", "[truex]", false},
      {"leading zero", "[01]", false},
      {"leading plus", "[+1]", false},
      {"minus alone", "[-]", false},
      {"point without digits", "[1.]", false},
      {"point first", "[.5]", false},
      {"exponent without digits", "[1e]", false},
      {"exponent with only a sign", "[1e+]", false},
      {"NaN", "[NaN]", false},
      {"a comment", "[1/*x*/]", false},
      {"byte order mark", "\xEF\xBB\xBF[]", false},
      {"deeper than allowed", nested(rules::JsonScanner::kMaxDepth + 1), false},
  };
  for (const auto& test : cases) {
    CAPTURE(test.reason);
    CHECK(is_sound(test.text) == test.sound);
  }
}

TEST_CASE("no beginning of a sound text is whole") {
  const std::string text = R"([{"Id":"5\u0031\"[","Ports":[1,-2.5e3],"Up":true},null])";
  for (std::size_t length = 0; length < text.size(); ++length) {
    CAPTURE(length);
    CHECK_FALSE(is_sound(text.substr(0, length)));
  }
  CHECK(is_sound(text));
}

TEST_CASE("what was wrong once stays wrong") {
  rules::JsonScanner scanner;
  CHECK(scanner.next('x') == rules::JsonScanner::Token::kFailed);
  CHECK(scanner.next('[') == rules::JsonScanner::Token::kFailed);
}

TEST_CASE("only in a sequence may one text follow another") {
  CHECK_FALSE(is_sound("{}\n{}"));
  CHECK(is_sound("", true));
  CHECK(is_sound("{}\n{}[]\r\n", true));
  CHECK_FALSE(is_sound("{},{}", true));
  CHECK_FALSE(is_sound("{}\n{", true));
}

TEST_CASE("each byte is told by what it is part of") {
  const std::string text = R"({"a\"{": -1.5, "b": ["x,", true] })";
  const std::string tokens = "okkkkkksbvvvvsbkkksbovvvvsbvvvvcbc";
  REQUIRE(text.size() == tokens.size());
  rules::JsonScanner scanner;
  std::string seen;
  for (const char c : text) seen += "!bocskv"[static_cast<std::size_t>(scanner.next(c))];
  CHECK(seen == tokens);
}

// SPDX-License-Identifier: MIT
#include "rules/json_array_count.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace {

constexpr std::int64_t kNoCount = -1;

std::int64_t count_in_pieces(std::string_view text, std::size_t piece_bytes) {
  rules::JsonArrayCount counter;
  for (std::size_t at = 0; at < text.size(); at += piece_bytes) {
    if (!counter.feed(text.substr(at, piece_bytes))) break;
  }
  const auto count = counter.count();
  return count ? std::int64_t{*count} : kNoCount;
}

std::string nested(unsigned levels) { return std::string(levels, '[') + std::string(levels, ']'); }

}  // namespace

TEST_CASE("an array's elements are counted, and nothing else is an array") {
  const struct {
    const char* reason;
    std::string text;
    std::int64_t count;
  } cases[] = {
      {"empty", "[]", 0},
      {"empty with blanks", " [ \r\n\t ] \n", 0},
      {"one object", R"([{"Id":"a"}])", 1},
      {"nested arrays are one element each", "[[1,2,3],[],[[4,5]]]", 3},
      {"nested objects", R"([{"a":{"b":[{},{}]}},{}])", 2},
      {"brackets and commas inside strings", R"(["],[", "}{,", ","])", 3},
      {"escaped quotes and backslashes", R"(["a\"],[\"b","\\","\\\""])", 3},
      {"every escape", R"(["\"\\\/\b\f\n\r\t\u00e9\uD83D"])", 1},
      {"keys may hold anything a string may", R"([{"]":1,"\"":2,"":3}])", 1},
      {"every kind of value", R"([true,false,null,0,-0,12,-3.5,1e9,1E+2,2.5e-3,"",{},[]])", 13},
      {"UTF-8 and bytes that are none", "[\"ü😀\xFF\"]", 1},
      {"as deep as allowed", nested(rules::JsonArrayCount::kMaxDepth), 1},

      {"nothing at all", "", kNoCount},
      {"only blanks", "  \n", kNoCount},
      {"an object", R"({"message":"no"})", kNoCount},
      {"a string", R"("[]")", kNoCount},
      {"a number", "7", kNoCount},
      {"HTML", "<html>[1,2]</html>", kNoCount},
      {"cut after the bracket", "[", kNoCount},
      {"cut inside an element", R"([{"Id":"a"},{"Id)", kNoCount},
      {"cut before the last bracket", R"([{"Id":"a"})", kNoCount},
      {"cut inside an escape", R"(["\u00)", kNoCount},
      {"something after the end", "[1]x", kNoCount},
      {"two arrays", "[1][2]", kNoCount},
      {"comma before the end", "[1,]", kNoCount},
      {"comma first", "[,1]", kNoCount},
      {"two commas", "[1,,2]", kNoCount},
      {"no comma", "[1 2]", kNoCount},
      {"brackets that do not match", "[{]}", kNoCount},
      {"a brace that closes the array", "[}", kNoCount},
      {"one bracket too many", "[]]", kNoCount},
      {"object without a value", R"([{"a"}])", kNoCount},
      {"object without a colon", R"([{"a" 1}])", kNoCount},
      {"object with a comma before its end", R"([{"a":1,}])", kNoCount},
      {"key that is no string", "[{1:2}]", kNoCount},
      {"unknown escape", R"(["\x41"])", kNoCount},
      {"hex that is none", R"(["\u00g0"])", kNoCount},
      {"line end inside a string", "[\"a\nb\"]", kNoCount},
      {"NUL inside a string", std::string("[\"a\0b\"]", 7), kNoCount},
      {"single quotes", "['a']", kNoCount},
      {"misspelt literal", "[nul]", kNoCount},
      {"literal that goes on", "[truex]", kNoCount},
      {"leading zero", "[01]", kNoCount},
      {"leading plus", "[+1]", kNoCount},
      {"minus alone", "[-]", kNoCount},
      {"point without digits", "[1.]", kNoCount},
      {"point first", "[.5]", kNoCount},
      {"exponent without digits", "[1e]", kNoCount},
      {"exponent with only a sign", "[1e+]", kNoCount},
      {"NaN", "[NaN]", kNoCount},
      {"a comment", "[1/*x*/]", kNoCount},
      {"byte order mark", "\xEF\xBB\xBF[]", kNoCount},
      {"deeper than allowed", nested(rules::JsonArrayCount::kMaxDepth + 1), kNoCount},
  };
  for (const auto& test : cases) {
    CAPTURE(test.reason);
    for (const std::size_t piece_bytes : {std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{4096}}) {
      CAPTURE(piece_bytes);
      CHECK(count_in_pieces(test.text, piece_bytes) == test.count);
    }
  }
}

TEST_CASE("every beginning of a sound text gives no count, only the whole does") {
  const std::string text = R"([{"Id":"5\u0031\"[","Ports":[1,-2.5e3],"Up":true},null])";
  for (std::size_t length = 0; length < text.size(); ++length) {
    CAPTURE(length);
    CHECK(count_in_pieces(text.substr(0, length), 1) == kNoCount);
  }
  CHECK(count_in_pieces(text, 1) == 2);
}

TEST_CASE("what was wrong once stays wrong") {
  rules::JsonArrayCount counter;
  CHECK_FALSE(counter.feed("x"));
  CHECK_FALSE(counter.feed("[]"));
  CHECK_FALSE(counter.count().has_value());
}

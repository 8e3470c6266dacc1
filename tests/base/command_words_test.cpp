// SPDX-License-Identifier: MIT
#include "base/command_words.h"

#include <doctest/doctest.h>

#include <string>

namespace {

// "[a][b c]", or "bad".
std::string shown(std::string_view text) {
  const base::CommandWords words(text);
  if (!words.good()) return "bad";
  std::string all;
  for (const char* const* word = words.argv(); *word != nullptr; ++word) all += "[" + std::string(*word) + "]";
  return all;
}

}  // namespace

TEST_CASE("a command line is cut into words") {
  const struct {
    const char* reason;
    std::string_view text;
    std::string words;
  } kCases[] = {
      {"one word", "/bin/true", "[/bin/true]"},
      {"blanks and tabs, also at both ends, as many as there are", " /etc/init.d/myapp \t restart ",
       "[/etc/init.d/myapp][restart]"},
      {"quotes keep blanks", "/bin/say \"hello there\" you", "[/bin/say][hello there][you]"},
      {"quotes inside a word", "/bin/a b\"c d\"e", "[/bin/a][bc de]"},
      {"an empty word", "/bin/a \"\" b", "[/bin/a][][b]"},
      {"what a shell would understand is text", "/bin/a $HOME;rm -rf *|x > 'y z' \\",
       "[/bin/a][$HOME;rm][-rf][*|x][>]['y][z'][\\]"},
      {"nothing", "", "bad"},
      {"only blanks", "  \t", "bad"},
      {"a quote that is not closed", "/bin/a \"b", "bad"},
      {"a NUL inside", std::string_view("/bin/a\0b", 8), "bad"},
      {"as many words as there may be", "/a 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16",
       "[/a][2][3][4][5][6][7][8][9][10][11][12][13][14][15][16]"},
      {"a word more", "/a 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17", "bad"},
  };
  for (const auto& one : kCases) {
    INFO(one.reason);
    CHECK(shown(one.text) == one.words);
  }
}

TEST_CASE("the longest command line, and a longer one") {
  const std::string longest(base::CommandWords::kMostBytes, 'a');
  CHECK(shown(longest) == "[" + longest + "]");
  CHECK(shown(longest + "a") == "bad");
  CHECK(shown(std::string(base::CommandWords::kMostBytes - 2, 'a') + " b").ends_with("[b]"));
}

// SPDX-License-Identifier: MIT
#include "lib/ini.h"

#include <doctest/doctest.h>

#include <string>

using lib::IniMistake;
using namespace std::string_literals;

namespace {

// Writes down what it is told: "1[section] 2 key=value 3!mistake".
class Recorder final : public lib::IniHandler {
 public:
  void on_section(unsigned line, std::string_view name) override { add(line).append("[").append(name).append("]"); }
  void on_entry(unsigned line, std::string_view key, std::string_view value) override {
    add(line).append(" ").append(key).append("=").append(value);
  }
  void on_mistake(unsigned line, std::string_view text, IniMistake mistake) override {
    add(line).append("!").append(std::to_string(static_cast<int>(mistake)));
    last_text = text;
  }

  std::string told;
  std::string last_text;

 private:
  std::string& add(unsigned line) {
    if (!told.empty()) told += ' ';
    return told += std::to_string(line);
  }
};

std::string parse(std::string_view text) {
  Recorder recorder;
  lib::parse_ini(text, recorder);
  return recorder.told;
}

std::string mistake(IniMistake mistake) { return "!" + std::to_string(static_cast<int>(mistake)); }

}  // namespace

TEST_CASE("sections and entries") {
  const struct {
    const char* reason;
    std::string text;
    std::string told;
  } cases[] = {
      {"nothing", "", ""},
      {"no line end at the end", "[a]\nb = c", "1[a] 2 b=c"},
      {"CRLF", "[a]\r\nb = c\r\n", "1[a] 2 b=c"},
      {"byte order mark", "\xEF\xBB\xBF[a]\nb=c\n", "1[a] 2 b=c"},
      {"byte order mark and a key",
       "\xEF\xBB\xBF"
       "b=c\n",
       "1 b=c"},
      {"blanks everywhere", "  [ a ]  \n\t b \t = \t c d \t\n", "1[a] 2 b=c d"},
      {"comments", "# x = y\n; [z]\n  # w\n[a] # why\nb=c\n", "4[a] 5 b=c"},
      {"a value may hold the signs of comments", "b = c ; d # e\n", "1 b=c ; d # e"},
      {"a value may hold = and :", "b = c=d:e\n", "1 b=c=d:e"},
      {"an indented line is not the rest of the one before", "b = c\n  d = e\n", "1 b=c 2 d=e"},
      {"empty value", "b =\n", "1 b="},
      {"colon for =", "b: c\n", "1 b=c"},
      {"a section's name as long as a line", "[" + std::string(1000, 'n') + "]\n", "1[" + std::string(1000, 'n') + "]"},
      {"bytes that are no UTF-8 are passed on", "b = \xFF\n", "1 b=\xFF"},
      {"the longest line", "b=" + std::string(lib::kIniLongestLine - 2, 'x') + "\nc=d\n",
       "1 b=" + std::string(lib::kIniLongestLine - 2, 'x') + " 2 c=d"},
      {"a comment longer than a line may be", "#" + std::string(10'000, 'x') + "\nc=d\n", "2 c=d"},
      {"blanks beyond the longest line", std::string(10'000, ' ') + "\nc=d\n", "2 c=d"},
      {"NUL in a comment", "# \0\nc=d\n"s, "2 c=d"},
  };
  for (const auto& test : cases) {
    CAPTURE(test.reason);
    CHECK(parse(test.text) == test.told);
  }
}

TEST_CASE("every mistake is told with its line, and the rest is read") {
  const struct {
    const char* reason;
    std::string text;
    std::string told;
  } cases[] = {
      {"no =", "[a]\nhello\nb=c\n", "1[a] 2" + mistake(IniMistake::kNoEquals) + " 3 b=c"},
      {"no = in the last line", "[a]\nhello", "1[a] 2" + mistake(IniMistake::kNoEquals)},
      {"two of a kind", "x\ny\n", "1" + mistake(IniMistake::kNoEquals) + " 2" + mistake(IniMistake::kNoEquals)},
      {"no key", "= c\nb=c\n", "1" + mistake(IniMistake::kNoKey) + " 2 b=c"},
      {"no bracket: still the section", "[a\nb=c\n", "1[a] 1" + mistake(IniMistake::kNoClosingBracket) + " 2 b=c"},
      {"a bracket alone", "[\nb=c\n", "1[] 1" + mistake(IniMistake::kNoClosingBracket) + " 2 b=c"},
      {"an entry behind a section", "[a] b=c\nd=e\n", "1[a] 1" + mistake(IniMistake::kBehindSection) + " 2 d=e"},
      {"NUL", "b=\0c\nd=e\n"s, "1" + mistake(IniMistake::kNulByte) + " 2 d=e"},
      {"a byte too long", "b=" + std::string(lib::kIniLongestLine - 1, 'x') + "\nc=d\n",
       "1" + mistake(IniMistake::kTooLong) + " 2 c=d"},
      {"much too long, with what looks like an entry inside", "b=" + std::string(100'000, '=') + "\nc=d\n",
       "1" + mistake(IniMistake::kTooLong) + " 2 c=d"},
      {"UTF-16, little end first", "\xFF\xFE[\0a\0]\0"s, "1" + mistake(IniMistake::kUtf16)},
      {"UTF-16, big end first", "\xFE\xFF\0[\0a\0]"s, "1" + mistake(IniMistake::kUtf16)},
  };
  for (const auto& test : cases) {
    CAPTURE(test.reason);
    CHECK(parse(test.text) == test.told);
  }
}

TEST_CASE("a mistake shows its line, and has a sentence") {
  Recorder recorder;
  lib::parse_ini("  hello world \r\n", recorder);
  CHECK(recorder.last_text == "hello world");
  for (int i = 0; i <= static_cast<int>(IniMistake::kNoKey); ++i) {
    CHECK(lib::describe(static_cast<IniMistake>(i)).ends_with('.'));
  }
  CHECK(lib::describe(IniMistake::kTooLong).contains(std::to_string(lib::kIniLongestLine)));
}

// SPDX-License-Identifier: MIT
#include "config/text.h"

#include <doctest/doctest.h>

using namespace std::string_literals;

TEST_CASE("what is plain text") {
  const struct {
    const char* reason;
    std::string text;
    bool plain;
  } cases[] = {
      {"nothing", "", true},
      {"ASCII with a tab", "a\tb", true},
      {"two, three and four bytes", "ä€🐚", true},
      {"the last character there is", "\xF4\x8F\xBF\xBF", true},
      {"a line break", "a\nb", false},
      {"NUL", "a\0b"s, false},
      {"DEL", "\x7F", false},
      {"Latin-1", "caf\xE9", false},
      {"a character cut short", "\xE2\x82", false},
      {"a continuation alone", "\x80", false},
      {"slash in two bytes", "\xC0\xAF", false},
      {"slash in three bytes", "\xE0\x80\xAF", false},
      {"half of a pair", "\xED\xA0\x80", false},
      {"past the last character", "\xF4\x90\x80\x80", false},
      {"five bytes", "\xF8\x88\x80\x80\x80", false},
  };
  for (const auto& test : cases) {
    CAPTURE(test.reason);
    CHECK(config::is_plain_text(test.text) == test.plain);
  }
}

TEST_CASE("what a message shows of a text") {
  const struct {
    const char* reason;
    std::string text;
    std::string wanted;
  } cases[] = {
      {"as it is", "http://a/b", "http://a/b"},
      {"a terminal's escape and a line break", "\x1B[2Ja\nb", "?[2Ja?b"},
      {"no UTF-8", "caf\xE9!", "caf?!"},
      {"long", std::string(200, 'x'), std::string(80, 'x') + "..."},
      {"long, and cut inside a character", std::string(79, 'x') + "€uro", std::string(79, 'x') + "..."},
      {"user and password of a URL", "http://me:secret@a/b", "http://...@a/b"},
      {"a password with @ and / in it", "https://me:se@cr/et@a/b", "https://...@a/b"},
  };
  for (const auto& test : cases) {
    CAPTURE(test.reason);
    CHECK(config::shown(test.text) == test.wanted);
    CHECK(config::is_plain_text(config::shown(test.text)));
  }
}

TEST_CASE("names behind which a secret may stand") {
  for (const char* name : {"password", "pasword_file", "bot_token", "API_KEY", "secret"}) {
    CAPTURE(name);
    CHECK(config::sounds_secret(name));
  }
  for (const char* name : {"interval", "probe", "data_dir", ""}) CHECK_FALSE(config::sounds_secret(name));
}

TEST_CASE("blanks around a text") {
  CHECK(config::trim(" \t a b \r\n") == "a b");
  CHECK(config::trim(" \t\r\n").empty());
  CHECK(config::trim("").empty());
}

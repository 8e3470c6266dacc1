// SPDX-License-Identifier: MIT
#include "lib/json.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <vector>

using lib::JsonMistake;
using lib::JsonValue;
using Kind = lib::JsonValue::Kind;
using namespace std::string_literals;

namespace {

// A reader of a text that is not followed by a NUL, so that reading past its end is found.
class Text {
 public:
  explicit Text(std::string_view text, std::size_t memory = 16384)
      : memory_(memory), copy_(std::make_unique<char[]>(text.size())), size_(text.size()) {
    std::copy(text.begin(), text.end(), copy_.get());
  }

  std::expected<JsonValue, JsonMistake> read() { return lib::JsonReader(memory_).read({copy_.get(), size_}); }

 private:
  std::vector<std::byte> memory_;
  std::unique_ptr<char[]> copy_;
  std::size_t size_;
};

std::string nested(unsigned levels) { return std::string(levels, '[') + std::string(levels, ']'); }

}  // namespace

TEST_CASE("values of every kind") {
  Text text(R"( {"text": "a\"\\\/\b\f\n\r\t", "number": -1.5e2, "yes": true, "no": false, "nothing": null,
                "list": [1, [2], {}], "object": {"text": "inner"}} )");
  const auto root = text.read();
  REQUIRE(root.has_value());
  CHECK(root->kind() == Kind::kObject);
  CHECK(root->member("text").string() == "a\"\\/\b\f\n\r\t");
  CHECK(root->member("number").number() == -150.0);
  CHECK(root->member("number").integer() == -150);
  CHECK(root->member("yes").boolean() == true);
  CHECK(root->member("no").boolean() == false);
  CHECK(root->member("nothing").kind() == Kind::kNull);
  CHECK(root->member("nothing"));
  CHECK(root->member("object").member("text").string() == "inner");

  const JsonValue list = root->member("list");
  CHECK(list.kind() == Kind::kArray);
  CHECK(list.first().integer() == 1);
  CHECK(list.first().name().empty());
  CHECK(list.first().next().first().integer() == 2);
  CHECK(list.first().next().next().kind() == Kind::kObject);
  CHECK_FALSE(list.first().next().next().first());
  CHECK_FALSE(list.first().next().next().next());
  CHECK(root->first().name() == "text");
  CHECK(root->first().next().name() == "number");
}

TEST_CASE("a value asked for what it is not") {
  Text text(R"({"a": "1", "A": 1})");
  const auto root = text.read();
  REQUIRE(root.has_value());
  const JsonValue a = root->member("a");
  CHECK_FALSE(a.number());
  CHECK_FALSE(a.boolean());
  CHECK_FALSE(a.member("a"));
  CHECK_FALSE(a.first());
  CHECK_FALSE(root->member("A").string());
  CHECK_FALSE(root->string());
  const JsonValue absent = root->member("b");
  CHECK(absent.kind() == Kind::kAbsent);
  CHECK_FALSE(absent.string());
  CHECK_FALSE(absent.integer());
  CHECK_FALSE(absent.member("b").next().first());
  CHECK(absent.name().empty());
}

TEST_CASE("a name that is there twice means the last") {
  Text text(R"({"a": 1, "b": 2, "a": 3})");
  const auto root = text.read();
  REQUIRE(root.has_value());
  CHECK(root->member("a").integer() == 3);
}

TEST_CASE("numbers as integers") {
  struct Case {
    const char* text;
    std::optional<std::int64_t> integer;
    bool number = true;
  };
  const Case cases[] = {
      {"0", 0},
      {"-0", 0},
      {"12.0", 12},
      {"1e3", 1000},
      {"1.5", {}},
      {"9007199254740992", 9007199254740992},
      {"1e300", {}},
      {"1e400", {}, false},
      {"-9007199254740992", -9007199254740992},
      {"99999999999999999999", {}},
  };
  for (const Case& c : cases) {
    CAPTURE(c.text);
    Text text(c.text);
    const auto root = text.read();
    REQUIRE(root.has_value());
    CHECK(root->integer() == c.integer);
    CHECK(root->number().has_value() == c.number);
  }
}

TEST_CASE("characters outside ASCII, as they are and escaped") {
  Text text("[\"\xC3\xA9\xF0\x9F\x90\x9A\", \"\\u00e9\\uD83d\\udC1a\", \"\\u007f\x7f\"]");
  const auto root = text.read();
  REQUIRE(root.has_value());
  CHECK(root->first().string() == "\xC3\xA9\xF0\x9F\x90\x9A");
  CHECK(root->first().next().string() == root->first().string());
  CHECK(root->first().next().next().string() == "\x7f\x7f");
}

TEST_CASE("what is refused, and why") {
  struct Case {
    const char* reason;
    std::string text;
    JsonMistake mistake;
  };
  const Case cases[] = {
      {"empty", "", JsonMistake::kNotJson},
      {"blank", " \n", JsonMistake::kNotJson},
      {"a word", "hello", JsonMistake::kNotJson},
      {"half a word", "tru", JsonMistake::kNotJson},
      {"cut in a string", R"({"a": "b)", JsonMistake::kNotJson},
      {"cut behind a backslash", "\"\\", JsonMistake::kNotJson},
      {"cut in an escape", "\"\\u00", JsonMistake::kNotJson},
      {"cut in an object", R"({"a")", JsonMistake::kNotJson},
      {"something behind the value", "{} {}", JsonMistake::kNotJson},
      {"a bracket behind the value", "{}]", JsonMistake::kNotJson},
      {"a NUL behind the value", "{}\0"s, JsonMistake::kNotJson},
      {"brackets that do not belong together", "[}", JsonMistake::kNotJson},
      {"a comma too many", "[1,]", JsonMistake::kNotJson},
      {"a name without quotes", "{a: 1}", JsonMistake::kNotJson},
      {"single quotes", "{'a': 1}", JsonMistake::kNotJson},
      {"a comment", "[1 /* one */]", JsonMistake::kNotJson},
      {"a byte order mark", "\xEF\xBB\xBF{}", JsonMistake::kNotJson},
      {"a vertical tab between values", "[1,\v2]", JsonMistake::kNotJson},
      {"a leading zero", "[01]", JsonMistake::kNotJson},
      {"nothing behind the point", "[1.]", JsonMistake::kNotJson},
      {"nothing before the point", "[.5]", JsonMistake::kNotJson},
      {"nothing behind the e", "[1e]", JsonMistake::kNotJson},
      {"a minus alone", "-", JsonMistake::kNotJson},
      {"a plus", "[+1]", JsonMistake::kNotJson},
      {"hexadecimal", "[0x10]", JsonMistake::kNotJson},
      {"not a number", "[NaN]", JsonMistake::kNotJson},
      {"a line's end inside a string", "\"a\nb\"", JsonMistake::kNotJson},
      {"an unknown escape", R"("\x41")", JsonMistake::kNotJson},
      {"an escape without digits", R"("\u00zz")", JsonMistake::kNotJson},
      {"a NUL in a string", "\"a\0b\""s, JsonMistake::kNulCharacter},
      {"an escaped NUL", R"("a\u0000b")", JsonMistake::kNulCharacter},
      {"an escaped NUL in a name", R"({"command\u0000": 1})", JsonMistake::kNulCharacter},
      {"Latin-1", "\"caf\xE9\"", JsonMistake::kNotUtf8},
      {"overlong", "\"\xC0\xAF\"", JsonMistake::kNotUtf8},
      {"a surrogate as UTF-8", "\"\xED\xA0\x80\"", JsonMistake::kNotUtf8},
      {"half a pair", R"("\ud83d")", JsonMistake::kNotUtf8},
      {"the second half alone", R"("\udcff")", JsonMistake::kNotUtf8},
      {"two first halves", R"("\ud83d\ud83d")", JsonMistake::kNotUtf8},
      {"33 levels", nested(33), JsonMistake::kTooDeep},
      {"a thousand lists that never end", std::string(1000, '['), JsonMistake::kTooDeep},
      {"longer than the memory", std::string(20000, ' '), JsonMistake::kTooLarge},
  };
  for (const Case& c : cases) {
    CAPTURE(c.reason);
    Text text(c.text);
    const auto root = text.read();
    REQUIRE_FALSE(root.has_value());
    CHECK(root.error() == c.mistake);
    CHECK_FALSE(lib::describe(root.error()).empty());
  }
}

TEST_CASE("32 levels are read") {
  Text text(nested(lib::kJsonDeepest));
  CHECK(text.read().has_value());
}

TEST_CASE("a text with more values than the memory holds is refused, the next one is read as if nothing had been") {
  std::array<std::byte, 4096> memory;
  lib::JsonReader reader(memory);
  std::string many = "[1";
  for (int i = 0; i < 1000; ++i) many += ",1";
  for (int i = 0; i < 3; ++i) {
    CHECK(reader.read(many + "]").error() == JsonMistake::kTooLarge);
    const auto root = reader.read(R"({"a": "b"})");
    REQUIRE(root.has_value());
    CHECK(root->member("a").string() == "b");
  }
}

TEST_CASE("memory that is not aligned, and none at all") {
  std::array<std::byte, 1024> memory;
  const auto root = lib::JsonReader(std::span(memory).subspan(1)).read(R"({"a": [1.5]})");
  REQUIRE(root.has_value());
  CHECK(root->member("a").first().number() == 1.5);
  CHECK(lib::JsonReader({}).read("1").error() == JsonMistake::kTooLarge);
}

// SPDX-License-Identifier: MIT
#include "rules/json_filter.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using rules::JsonShape;

namespace {

constexpr std::string_view kWanted[] = {"Id", "Names", "State.Status", "State.Health.Status", "HostConfig.AutoRemove"};

struct Kept {
  std::vector<std::string> texts;
  std::size_t too_long = 0;
  bool complete = false;

  void on_element(const rules::JsonElement& element) {
    texts.emplace_back(element.text);
    too_long += element.too_long;
  }
};

Kept filter(std::string_view text, JsonShape shape, std::size_t piece_bytes = 7, std::size_t room_bytes = 256) {
  Kept kept;
  std::string room(room_bytes, '\0');
  rules::JsonFilter filter(room, kWanted, rules::JsonFilter::OnElement::to<&Kept::on_element>(kept));
  filter.start(shape);
  for (std::size_t at = 0; at < text.size(); at += piece_bytes) {
    if (!filter.feed(text.substr(at, piece_bytes))) break;
  }
  kept.complete = filter.complete();
  return kept;
}

}  // namespace

TEST_CASE("only the wanted members are kept, whatever stands around them") {
  const struct {
    const char* reason;
    std::string text;
    std::string kept;
  } cases[] = {
      {"nothing wanted", R"({"Created":1,"Args":["Id",{"Id":1}]})", "{}"},
      {"an empty object", "{}", "{}"},
      {"one member", R"({"Id":"a"})", R"({"Id":"a"})"},
      {"blanks go", "{ \"Id\" : \"a b\" ,\r\n \"x\" : 1 }", R"({"Id":"a b"})"},
      {"a whole array", R"({"Names":["/a",{"b":[1, 2]}],"x":1})", R"({"Names":["/a",{"b":[1,2]}]})"},
      {"members of members", R"({"State":{"Pid":1,"Status":"up","Health":{"Log":[{"Status":"no"}],"Status":"ok"}}})",
       R"({"State":{"Status":"up","Health":{"Status":"ok"}}})"},
      {"nothing of an object is wanted", R"({"State":{"Pid":1},"Id":"a"})", R"({"State":{},"Id":"a"})"},
      {"text where an object was expected", R"({"State":"running","Id":"a"})", R"({"State":"running","Id":"a"})"},
      {"null where an object was expected", R"({"State":null})", R"({"State":null})"},
      {"a list where an object was expected", R"({"State":[{"Status":1}],"Id":2})",
       R"({"State":[{"Status":1}],"Id":2})"},
      {"a number is ended by the end of its object", R"({"Id":12})", R"({"Id":12})"},
      {"a word is ended by what follows", R"({"HostConfig":{"AutoRemove":true,"x":false},"Id":null})",
       R"({"HostConfig":{"AutoRemove":true},"Id":null})"},
      {"the same key elsewhere is another one", R"({"Config":{"Id":"x","State":{"Status":"x"}},"Status":"x","Id":1})",
       R"({"Id":1})"},
      {"a key with a dot is no path", R"({"State.Health":{"Status":"x"},"Id":1})",
       R"({"State.Health":{"Status":"x"},"Id":1})"},
      {"brackets, quotes and backslashes in strings", R"({"a":"}\"]\\","Id":"{[\"\\"})", R"({"Id":"{[\"\\"})"},
      {"a key that goes on", R"({"Idx":1,"I":2,"":3,"Id":4})", R"({"Id":4})"},
      {"a key with an escape is none of the wanted", R"({"\u0049d":1})", "{}"},
      {"a long key", "{\"" + std::string(5000, 'I') + "\":{\"Id\":1},\"Id\":2}", R"({"Id":2})"},
  };
  for (const auto& test : cases) {
    CAPTURE(test.reason);
    for (const std::size_t piece : {1, 2, 3, 4096}) {
      const Kept one = filter(test.text, JsonShape::kOne, piece);
      CHECK(one.complete);
      REQUIRE(one.texts.size() == 1);
      CHECK(one.texts[0] == test.kept);
    }
    const Kept array = filter("[" + test.text + "," + test.text + "]", JsonShape::kArray);
    CHECK(array.complete);
    CHECK(array.texts == std::vector{test.kept, test.kept});
    const Kept sequence = filter(test.text + "\n" + test.text + test.text, JsonShape::kSequence);
    CHECK(sequence.complete);
    CHECK(sequence.texts == std::vector{test.kept, test.kept, test.kept});
  }
}

TEST_CASE("what is not of the expected shape fails, and what ends too early is not complete") {
  const struct {
    const char* reason;
    std::string text;
    JsonShape shape;
    std::size_t elements;
  } cases[] = {
      {"an array where one object is expected", "[{}]", JsonShape::kOne, 0},
      {"an object where an array is expected", R"({"message":"x"})", JsonShape::kArray, 0},
      {"an element that is a number", "[{},1]", JsonShape::kArray, 1},
      {"an element that is an array", "[{},[]]", JsonShape::kArray, 1},
      {"a text between elements", "{}\"x\"", JsonShape::kSequence, 1},
      {"a second object", "{}{}", JsonShape::kOne, 1},
      {"a second array", "[{}][{}]", JsonShape::kArray, 1},
      {"no JSON", "hello", JsonShape::kSequence, 0},
      {"nothing", "", JsonShape::kOne, 0},
      {"nothing of an array", "", JsonShape::kArray, 0},
      {"cut in an element", R"([{"Id":"a"},{"Id)", JsonShape::kArray, 1},
      {"cut before the last bracket", R"([{"Id":"a"})", JsonShape::kArray, 1},
      {"cut in a sequence", R"({"Id":1}{"Id")", JsonShape::kSequence, 1},
      {"too deep", std::string(40, '[') + std::string(40, ']'), JsonShape::kArray, 0},
  };
  for (const auto& test : cases) {
    CAPTURE(test.reason);
    const Kept kept = filter(test.text, test.shape);
    CHECK_FALSE(kept.complete);
    CHECK(kept.texts.size() == test.elements);
  }
}

TEST_CASE("an empty array and an empty sequence are whole") {
  CHECK(filter(" [ ]\n", JsonShape::kArray).complete);
  CHECK(filter("", JsonShape::kSequence).complete);
}

TEST_CASE("an element of which too much is wanted is told, and the next one is right again") {
  const std::string text = R"([{"Id":")" + std::string(1000, 'x') + R"("},{"Id":"a"}])";
  const Kept kept = filter(text, JsonShape::kArray, 64, 32);
  CHECK(kept.complete);
  CHECK(kept.texts == std::vector<std::string>{"", R"({"Id":"a"})"});
  CHECK(kept.too_long == 1);
}

TEST_CASE("the room is used to its last byte") {
  const std::string text = R"({"Id":"1234"})";
  CHECK(filter(text, JsonShape::kOne, 5, text.size()).texts[0] == text);
  CHECK(filter(text, JsonShape::kOne, 5, text.size() - 1).too_long == 1);
}

TEST_CASE("ten megabytes of what nobody wants cost nothing") {
  const std::string text =
      R"({"Id":"a","Config":{"Env":[")" + std::string(10'000'000, 'e') + R"("]},"State":{"Status":"up"}})";
  const Kept kept = filter(text, JsonShape::kOne, 4096, 64);
  CHECK(kept.texts == std::vector<std::string>{R"({"Id":"a","State":{"Status":"up"}})"});
}

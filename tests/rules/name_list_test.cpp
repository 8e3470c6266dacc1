// SPDX-License-Identifier: MIT
#include "rules/name_list.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

TEST_CASE("a star stands for any text, and for nothing else") {
  const struct {
    const char* reason;
    std::string pattern;
    std::string name;
    bool matches;
  } cases[] = {
      {"the very name", "redis", "redis", true},
      {"another case is another name", "redis", "Redis", false},
      {"longer", "redis", "redis2", false},
      {"shorter", "redis", "redi", false},
      {"everything", "*", "redis", true},
      {"everything, and nothing", "*", "", true},
      {"a beginning", "stardust-*", "stardust-redis", true},
      {"only the beginning", "stardust-*", "stardust-", true},
      {"another beginning", "stardust-*", "stardus", false},
      {"an end", "*-db", "panel-db", true},
      {"an end that comes twice", "*-db", "a-db-db", true},
      {"something behind the end", "*-db", "panel-db2", false},
      {"a middle", "a*b*c", "a-b-b-c", true},
      {"a middle that is missing", "a*b*c", "a-c", false},
      {"two stars are one", "a**c", "abc", true},
      {"nothing matches only nothing", "", "", true},
      {"nothing does not match a name", "", "a", false},
      {"a dot is a dot", "a.c", "abc", false},
      {"a question mark is one", "a?c", "abc", false},
      {"many stars and a long name end soon", "*a*a*a*a*a*a*a*a*b", std::string(5000, 'a'), false},
  };
  for (const auto& test : cases) {
    CAPTURE(test.reason);
    CHECK(rules::matches_pattern(test.pattern, test.name) == test.matches);
  }
}

TEST_CASE("a list is cut at its commas, and blanks and empty entries go") {
  std::string_view list = " ,redis ,\tstardust-*,,b ,";
  std::vector<std::string> entries;
  for (auto entry = rules::take_name(list); !entry.empty(); entry = rules::take_name(list)) entries.emplace_back(entry);
  CHECK(entries == std::vector<std::string>{"redis", "stardust-*", "b"});
}

TEST_CASE("a name is matched by any entry, and named by one without a star") {
  CHECK(rules::list_matches("a, b*", "bc"));
  CHECK_FALSE(rules::list_matches("a, b*", "c"));
  CHECK_FALSE(rules::list_matches("", "c"));
  CHECK(rules::list_names("a, b", "b"));
  CHECK_FALSE(rules::list_names("a, b*", "bc"));
  CHECK_FALSE(rules::list_names("b*", "b*"));
}

// SPDX-License-Identifier: MIT
#include "net/cookie_finder.h"

#include <doctest/doctest.h>

#include <string>

namespace {

std::string find(std::string_view field, std::size_t step) {
  net::CookieFinder finder("limpet");
  for (std::size_t at = 0; at < field.size(); at += step) finder.feed(field.substr(at, step));
  return std::string(finder.value());
}

}  // namespace

TEST_CASE("one cookie among others, in pieces of any size") {
  struct Case {
    const char* reason;
    std::string field;
    const char* value;
  };
  const Case cases[] = {
      {"alone", "limpet=abc", "abc"},
      {"first", "limpet=abc; other=1", "abc"},
      {"last", "other=1; limpet=abc", "abc"},
      {"behind a very long one", "grafana=" + std::string(5000, 'g') + "; limpet=abc", "abc"},
      {"twice: the first", "limpet=abc; limpet=def", "abc"},
      {"without the space", "a=1;limpet=abc;b=2", "abc"},
      {"a longer name", "limpets=1; limpet=abc", "abc"},
      {"a shorter name", "limpe=1; limpet=abc", "abc"},
      {"a name that ends so", "xlimpet=1", ""},
      {"as a value", "a=limpet=abc", ""},
      {"without a value", "limpet; a=1", ""},
      {"empty", "limpet=; a=1", ""},
      {"none", "", ""},
      {"too long to be one of ours", "limpet=" + std::string(65, 'a'), ""},
  };
  for (const Case& c : cases) {
    CAPTURE(c.reason);
    for (const std::size_t step : {std::size_t{1}, std::size_t{3}, std::size_t{9999}})
      CHECK(find(c.field, step) == c.value);
  }
}

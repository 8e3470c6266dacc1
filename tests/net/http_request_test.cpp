// SPDX-License-Identifier: MIT
#include "net/http_request.h"

#include <doctest/doctest.h>

TEST_CASE("the target of a request") {
  struct Case {
    const char* reason;
    std::string_view target;
    bool ok;
    std::string_view path;
    std::string_view query;
  };
  const Case cases[] = {
      {"path", "/status", true, "/status", ""},
      {"path and query", "/a?b=c&d=e", true, "/a", "b=c&d=e"},
      {"empty query", "/a?", true, "/a", ""},
      {"question mark in the query", "/a?b?c", true, "/a", "b?c"},
      {"absolute form", "http://box:8080/a?b", true, "/a", "b"},
      {"absolute form with TLS", "https://box/a", true, "/a", ""},
      {"absolute form without a path", "http://box", true, "/", ""},
      {"absolute form with a query alone", "http://box?b", true, "/", "b"},
      {"asterisk", "*", true, "*", ""},
      {"absolute form without a host", "http:///a", false, "", ""},
      {"nothing", "", true, "/", ""},
      {"no slash", "status", false, "", ""},
      {"authority form", "box:80", false, "", ""},
      {"other scheme", "ftp://box/a", false, "", ""},
  };
  for (const Case& c : cases) {
    CAPTURE(c.reason);
    const auto request = net::parse_target(lib::HttpMethod::kGet, c.target);
    REQUIRE(request.has_value() == c.ok);
    if (!c.ok) continue;
    CHECK(request->path == c.path);
    CHECK(request->query == c.query);
  }
}

// SPDX-License-Identifier: MIT
#include "rules/probe_target.h"

#include <doctest/doctest.h>

#include <string>

using rules::parse_probe_target;
using rules::ProbeTarget;

TEST_CASE("targets of the probe are understood") {
  const struct {
    const char* text;
    ProbeTarget::Kind kind;
    const char* host;
    int port;
    const char* field;
    const char* target;
  } cases[] = {
      {"http://www.google.com", ProbeTarget::Kind::kHttp, "www.google.com", 80, "www.google.com", "/"},
      {"http://www.google.com/", ProbeTarget::Kind::kHttp, "www.google.com", 80, "www.google.com", "/"},
      {"http://box:8080/a/b?c=d", ProbeTarget::Kind::kHttp, "box", 8080, "box:8080", "/a/b?c=d"},
      {"http://box?c", ProbeTarget::Kind::kHttp, "box", 80, "box", "/?c"},
      {"http://box/a#part", ProbeTarget::Kind::kHttp, "box", 80, "box", "/a"},
      {"http://box:80", ProbeTarget::Kind::kHttp, "box", 80, "box", "/"},
      {"http://192.0.2.1/x", ProbeTarget::Kind::kHttp, "192.0.2.1", 80, "192.0.2.1", "/x"},
      {"http://[2001:db8::1]:81/", ProbeTarget::Kind::kHttp, "2001:db8::1", 81, "[2001:db8::1]:81", "/"},
      {"tcp://1.1.1.1:53", ProbeTarget::Kind::kTcp, "1.1.1.1", 53, "1.1.1.1", ""},
      {"tcp://[::1]:65535", ProbeTarget::Kind::kTcp, "::1", 65535, "[::1]", ""},
  };
  for (const auto& test : cases) {
    CAPTURE(test.text);
    const auto target = parse_probe_target(test.text);
    REQUIRE(target);
    CHECK(target->kind == test.kind);
    CHECK(target->host.view() == test.host);
    CHECK(target->port == test.port);
    CHECK(target->field.view() == test.field);
    CHECK(target->target.view() == test.target);
  }
}

TEST_CASE("what is no target is refused and says what was expected") {
  const struct {
    const char* reason;
    std::string text;
    const char* told;
  } cases[] = {
      {"no scheme", "www.google.com", "expected http://HOST"},
      {"TLS", "https://www.google.com", "expected http://HOST"},
      {"ICMP", "icmp://1.1.1.1", "expected http://HOST"},
      {"scheme alone", "http://", "no host"},
      {"port alone", "http://:80", "no host"},
      {"port zero", "http://a:0", "1 to 65535"},
      {"port too large", "http://a:65536", "1 to 65535"},
      {"port negative", "http://a:-1", "1 to 65535"},
      {"port empty", "http://a:", "1 to 65535"},
      {"port with a tail", "http://a:80x", "1 to 65535"},
      {"tcp without a port", "tcp://a", "the port is missing"},
      {"tcp with a path", "tcp://a:1/", "no path"},
      {"user in front", "http://me:secret@a/", "must not have a user"},
      {"blank in the host", "http://a b/", "characters no host has"},
      {"line end in the host", "http://a\r\nX: y/", "characters no host has"},
      {"line end in the path", "http://a/\r\nX: y", "blanks"},
      {"blank in the path", "http://a/b c", "blanks"},
      {"UTF-8 in the path", "http://a/ü", "%XX"},
      {"bracket not closed", "http://[::1", "not closed"},
      {"name in brackets", "http://[box]/", "characters no host has"},
      {"something after the bracket", "http://[::1]x", "only :PORT"},
      {"IPv6 without brackets", "http://2001:db8::1/", "1 to 65535"},
      {"host too long", "http://" + std::string(254, 'a'), "too long"},
      {"path too long", "http://a/" + std::string(600, 'b'), "too long"},
  };
  for (const auto& test : cases) {
    CAPTURE(test.reason);
    const auto target = parse_probe_target(test.text);
    REQUIRE_FALSE(target);
    CHECK(target.error().text().find("secret") == std::string_view::npos);
    CHECK_MESSAGE(target.error().text().find(test.told) != std::string_view::npos, target.error().c_str());
  }
}

// SPDX-License-Identifier: MIT
#include "rules/url.h"

#include <doctest/doctest.h>

#include <string>

using rules::parse_probe_url;
using rules::parse_web_url;
using rules::Url;

TEST_CASE("addresses are understood") {
  const struct {
    const char* text;
    Url::Scheme scheme;
    const char* host;
    int port;
    const char* field;
    const char* target;
  } cases[] = {
      {"http://www.google.com", Url::Scheme::kHttp, "www.google.com", 80, "www.google.com", "/"},
      {"http://www.google.com/", Url::Scheme::kHttp, "www.google.com", 80, "www.google.com", "/"},
      {"http://box:8080/a/b?c=d", Url::Scheme::kHttp, "box", 8080, "box:8080", "/a/b?c=d"},
      {"http://box?c", Url::Scheme::kHttp, "box", 80, "box", "/?c"},
      {"http://box/a#part", Url::Scheme::kHttp, "box", 80, "box", "/a"},
      {"http://box:80", Url::Scheme::kHttp, "box", 80, "box", "/"},
      {"http://192.0.2.1/x", Url::Scheme::kHttp, "192.0.2.1", 80, "192.0.2.1", "/x"},
      {"http://[2001:db8::1]:81/", Url::Scheme::kHttp, "2001:db8::1", 81, "[2001:db8::1]:81", "/"},
      {"https://example.org", Url::Scheme::kHttps, "example.org", 443, "example.org", "/"},
      {"https://example.org:443/a", Url::Scheme::kHttps, "example.org", 443, "example.org", "/a"},
      {"https://example.org:80", Url::Scheme::kHttps, "example.org", 80, "example.org:80", "/"},
      {"http://example.org:443", Url::Scheme::kHttp, "example.org", 443, "example.org:443", "/"},
      {"tcp://1.1.1.1:53", Url::Scheme::kTcp, "1.1.1.1", 53, "1.1.1.1", ""},
      {"icmp://192.168.1.1", Url::Scheme::kIcmp, "192.168.1.1", 80, "192.168.1.1", ""},
      {"icmp://[fe80::1]", Url::Scheme::kIcmp, "fe80::1", 80, "[fe80::1]", ""},
      {"tcp://[::1]:65535", Url::Scheme::kTcp, "::1", 65535, "[::1]", ""},
  };
  for (const auto& test : cases) {
    CAPTURE(test.text);
    const auto url = parse_probe_url(test.text);
    REQUIRE(url);
    CHECK(url->scheme == test.scheme);
    CHECK(url->host.view() == test.host);
    CHECK(url->port == test.port);
    CHECK(url->field.view() == test.field);
    CHECK(url->target.view() == test.target);
  }
}

TEST_CASE("what is no address is refused and says what was expected") {
  const struct {
    const char* reason;
    std::string text;
    const char* told;
  } cases[] = {
      {"no scheme", "www.google.com", "expected http(s)://HOST"},
      {"scheme in capitals", "HTTPS://a", "expected http(s)://HOST"},
      {"scheme alone", "http://", "no host"},
      {"port alone", "http://:80", "no host"},
      {"port zero", "http://a:0", "1 to 65535"},
      {"port too large", "http://a:65536", "1 to 65535"},
      {"port negative", "http://a:-1", "1 to 65535"},
      {"port empty", "http://a:", "1 to 65535"},
      {"port with a tail", "http://a:80x", "1 to 65535"},
      {"tcp without a port", "tcp://a", "the port is missing"},
      {"icmp with a port", "icmp://a:1", "nothing else"},
      {"icmp with a path", "icmp://a/", "nothing else"},
      {"icmp without a host", "icmp://", "no host"},
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
    const auto url = parse_probe_url(test.text);
    REQUIRE_FALSE(url);
    CHECK(url.error().text().find("secret") == std::string_view::npos);
    CHECK_MESSAGE(url.error().text().find(test.told) != std::string_view::npos, url.error().c_str());
  }
}

TEST_CASE("what is posted to is http or https") {
  CHECK(parse_web_url("https://worker.example/beat?x=1")->target.view() == "/beat?x=1");
  CHECK(parse_web_url("http://127.0.0.1:5678/webhook/a")->field.view() == "127.0.0.1:5678");
  const auto refused = parse_web_url("tcp://a:1");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().text().find("expected http(s)://HOST") != std::string_view::npos);
}

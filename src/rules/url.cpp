// SPDX-License-Identifier: MIT
#include "rules/url.h"

#include <algorithm>
#include <charconv>

namespace rules {
namespace {

bool is_host_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
}

bool is_ipv6_char(char c) {
  return (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || (c >= '0' && c <= '9') || c == '.' || c == ':';
}

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

// Moves the host from the front of `text` into `url`, and says what is wrong with it.
const char* take_host(std::string_view& text, Url& url) {
  std::string_view host;
  const bool bracketed = take_prefix(text, "[");
  if (bracketed) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return "the bracket of the IPv6 address is not closed";
    host = text.substr(0, end);
    text.remove_prefix(end + 1);
  } else {
    host = text.substr(0, text.find(':'));
    text.remove_prefix(host.size());
  }
  if (host.empty()) return "there is no host in it";
  if (host.size() > url.host.capacity()) return "the host is too long";
  if (!std::ranges::all_of(host, bracketed ? is_ipv6_char : is_host_char)) return "the host has characters no host has";
  url.host = decltype(url.host)(host);
  url.field.append(bracketed ? "[" : "").append(host).append(bracketed ? "]" : "");
  return nullptr;
}

bool parse_port(std::string_view text, std::uint16_t& port) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port > 0;
}

std::uint16_t usual_port(Url::Scheme scheme) { return scheme == Url::Scheme::kHttps ? 443 : 80; }

// What is behind the host and the port: for http and https only.
const char* take_path(std::string_view path, Url& url) {
  path = path.substr(0, path.find('#'));
  if (path.size() >= url.target.capacity()) return "the path is too long";
  if (!std::ranges::all_of(path, [](char c) { return c > ' ' && c < 0x7F; })) {
    return "the path has blanks or characters that have to be written as %XX";
  }
  if (!path.starts_with('/')) url.target.append("/");
  url.target.append(path);
  return nullptr;
}

// `rest` is what follows the scheme.
const char* take_rest(std::string_view rest, Url& url) {
  std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  const std::string_view path = rest.substr(authority.size());
  if (const char* const wrong = take_host(authority, url)) return wrong;
  const bool has_port = take_prefix(authority, ":");
  url.port = usual_port(url.scheme);
  if (has_port && !parse_port(authority, url.port)) return "the port must be from 1 to 65535";
  if (!has_port && !authority.empty()) return "after the host only :PORT may come";
  if (url.scheme == Url::Scheme::kIcmp)
    return has_port || !path.empty() ? "icmp:// has a host and nothing else" : nullptr;
  if (url.scheme == Url::Scheme::kTcp) {
    if (!has_port) return "expected tcp://HOST:PORT, the port is missing";
    return path.empty() ? nullptr : "tcp:// has no path";
  }
  if (url.port != usual_port(url.scheme)) url.field.appendf(":%u", unsigned{url.port});
  return take_path(path, url);
}

base::Result<Url> parse(std::string_view text, bool probe_too, const char* expected) {
  Url url;
  std::string_view rest = text;
  if (take_prefix(rest, "https://")) {
    url.scheme = Url::Scheme::kHttps;
  } else if (probe_too && take_prefix(rest, "tcp://")) {
    url.scheme = Url::Scheme::kTcp;
  } else if (probe_too && take_prefix(rest, "icmp://")) {
    url.scheme = Url::Scheme::kIcmp;
  } else if (!take_prefix(rest, "http://")) {
    return std::unexpected(base::Error(expected));
  }
  if (rest.substr(0, rest.find_first_of("/?#")).contains('@')) {
    return std::unexpected(base::Error("the address must not have a user in it"));
  }
  if (const char* const wrong = take_rest(rest, url)) return std::unexpected(base::Error(wrong));
  return url;
}

}  // namespace

base::Result<Url> parse_web_url(std::string_view text) {
  return parse(text, false, "expected http(s)://HOST[:PORT][/PATH]");
}

base::Result<Url> parse_probe_url(std::string_view text) {
  return parse(text, true, "expected http(s)://HOST[:PORT][/PATH], tcp://HOST:PORT or icmp://HOST");
}

}  // namespace rules

// SPDX-License-Identifier: MIT
#include "rules/probe_target.h"

#include <algorithm>
#include <charconv>

namespace rules {
namespace {

std::unexpected<base::Error> refused(std::string_view text, const char* why) {
  return std::unexpected(base::Error::format("%.*s%s: %s", static_cast<int>(std::min<std::size_t>(text.size(), 80)),
                                             text.data(), text.size() > 80 ? "…" : "", why));
}

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

// Moves the host from the front of `text` into `target`, and says what is wrong with it.
const char* take_host(std::string_view& text, ProbeTarget& target) {
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
  if (host.size() > target.host.capacity()) return "the host is too long";
  if (!std::ranges::all_of(host, bracketed ? is_ipv6_char : is_host_char)) return "the host has characters no host has";
  target.host = decltype(target.host)(host);
  target.field.append(bracketed ? "[" : "").append(host).append(bracketed ? "]" : "");
  return nullptr;
}

bool parse_port(std::string_view text, std::uint16_t& port) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port > 0;
}

}  // namespace

base::Result<ProbeTarget> parse_probe_target(std::string_view text) {
  ProbeTarget target;
  std::string_view rest = text;
  if (take_prefix(rest, "tcp://")) {
    target.kind = ProbeTarget::Kind::kTcp;
  } else if (!take_prefix(rest, "http://")) {
    return refused(text, "expected http://HOST[:PORT][/PATH] or tcp://HOST:PORT");
  }
  const bool http = target.kind == ProbeTarget::Kind::kHttp;

  std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  std::string_view path = rest.substr(authority.size());
  // Not shown: it may hold a password.
  if (authority.contains('@')) return std::unexpected(base::Error("the probe's address must not have a user in it"));
  if (const char* const wrong = take_host(authority, target)) return refused(text, wrong);
  const bool has_port = take_prefix(authority, ":");
  if (has_port && !parse_port(authority, target.port)) return refused(text, "the port must be from 1 to 65535");
  if (!has_port && !authority.empty()) return refused(text, "after the host only :PORT may come");
  if (!http) {
    if (!has_port) return refused(text, "expected tcp://HOST:PORT, the port is missing");
    return path.empty() ? base::Result<ProbeTarget>(target) : refused(text, "tcp:// has no path");
  }

  if (target.port != 80) target.field.appendf(":%u", unsigned{target.port});
  path = path.substr(0, path.find('#'));
  if (path.size() >= target.target.capacity()) return refused(text, "the path is too long");
  if (!std::ranges::all_of(path, [](char c) { return c > ' ' && c < 0x7F; })) {
    return refused(text, "the path has blanks or characters that have to be written as %XX");
  }
  if (!path.starts_with('/')) target.target.append("/");
  target.target.append(path);
  return target;
}

}  // namespace rules

// SPDX-License-Identifier: MIT
#include "web/access.h"

#include <algorithm>
#include <utility>

#include "base/constant_time.h"
#include "base/log.h"

namespace web {
namespace {

constexpr Verdict kClosed{429, "too many wrong keys came from this address: it is closed for a minute"};
constexpr Verdict kWrongKey{401, "this key is not the right one"};

// Who is to be counted: behind a proxy on this box all peers would be one.
net::Peer guarded_peer(const net::HttpRequest& request) {
  if (!request.fields.forwarded || request.peer.on_unix_socket()) return request.peer;
  const auto address = base::IpAddress::parse(request.fields.forwarded_for);
  return address && request.peer.address.is_loopback() ? net::Peer{.address = address->unmapped()} : request.peer;
}

bool is_local(const net::HttpRequest& request) {
  return request.peer.address.is_loopback() && !request.fields.forwarded;
}

char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool same(std::string_view left, std::string_view right) {
  return std::ranges::equal(left, right, {}, to_lower, to_lower);
}

std::string_view without_port(std::string_view host) {
  const std::size_t bracket = host.rfind(']');
  const std::size_t colon = host.rfind(':');
  if (colon == std::string_view::npos || (bracket != std::string_view::npos && colon < bracket)) return host;
  return host.substr(0, colon);
}

}  // namespace

bool comes_from_elsewhere(const net::HttpRequest& request) {
  const std::string_view origin = request.fields.origin;
  if (origin.empty()) return false;
  const std::size_t scheme = origin.find("://");
  return scheme == std::string_view::npos || !same(origin.substr(scheme + 3), request.fields.host);
}

bool is_own_host(std::string_view host, std::string_view host_name) {
  std::string_view name = without_port(host);
  if (name.starts_with('[') && name.ends_with(']')) return true;
  if (name.ends_with('.')) name.remove_suffix(1);
  if (base::IpAddress::parse(name)) return true;
  const std::string_view short_name = host_name.substr(0, host_name.find('.'));
  return name.empty() || same(name, "localhost") ||
         (name.size() > 10 && same(name.substr(name.size() - 10), ".localhost")) || same(name, host_name) ||
         same(name, short_name);
}

void Access::configure(AccessSettings settings) {
  if (settings.api_key != settings_.api_key) sessions_.end_all();
  settings_ = std::move(settings);
}

Access::Given Access::read_key(const net::HttpRequest& request) const {
  if (!request.fields.key.empty()) {
    return base::equal_in_constant_time(request.fields.key, settings_.api_key) ? Given::kRight : Given::kWrong;
  }
  // A login that has ended is no try at a key.
  const bool logged_in = sessions_.is_valid(request.fields.session, clock_.steady_now());
  return logged_in ? Given::kRight : Given::kNone;
}

bool Access::has_right_key(const net::HttpRequest& request) const {
  return request.peer.on_unix_socket() || read_key(request) == Given::kRight;
}

bool Access::is_trusted(const net::HttpRequest& request) const {
  const auto contains = [&](const rules::IpNetwork& network) { return network.contains(request.peer.address); };
  return !request.fields.forwarded && std::ranges::any_of(settings_.trust, contains);
}

Verdict Access::evaluate(const net::HttpRequest& request, Need need, Given given) const {
  const bool reads = request.method == lib::HttpMethod::kGet || request.method == lib::HttpMethod::kHead;
  // Who sends the key itself is no browser that was made to ask.
  if (!reads && need != Need::kNothing && request.fields.key.empty() && comes_from_elsewhere(request)) {
    return {403, "a page from another site may not ask for this (a proxy has to pass on Host)"};
  }
  if (given == Given::kWrong && has_key()) return kWrongKey;
  if (need == Need::kNothing || given == Given::kRight) return {};
  if (need == Need::kHealth && !has_key()) return {};
  if (need != Need::kAction && is_local(request)) {
    if (is_own_host(request.fields.host, settings_.host_name)) return {};
    return {403, "this address is not one of this box: ask for localhost, or give the key"};
  }
  if (need == Need::kTrust && is_trusted(request)) return {};
  if (!has_key() && need == Need::kAction) return {403, "actions need a key: set [http] api_key"};
  if (!has_key()) return {403, "this is only for peers on this box: set [http] api_key to allow others"};
  return {401, "this needs the key: send it as X-API-Key"};
}

Verdict Access::judge(const net::HttpRequest& request, Need need) {
  if (request.peer.on_unix_socket()) return {};
  const base::SteadyTime now = clock_.steady_now();
  const net::Peer peer = guarded_peer(request);
  const Given given = read_key(request);
  const bool about_key = given != Given::kNone || !evaluate(request, need, Given::kNone).allowed();
  if (about_key && guard_.closed(peer, now)) return kClosed;
  if (given == Given::kRight && !request.fields.key.empty()) guard_.on_right_key(peer);
  if (given == Given::kWrong && has_key() && guard_.on_wrong_key(peer, now)) {
    base::log::warn("Too many wrong keys from %s: it is closed for a minute", peer.address.text().c_str());
  }
  return evaluate(request, need, given);
}

bool Access::may(const net::HttpRequest& request, Need need) const {
  if (request.peer.on_unix_socket()) return true;
  return !guard_.closed(guarded_peer(request), clock_.steady_now()) &&
         evaluate(request, need, read_key(request)).allowed();
}

Access::Login Access::log_in(const net::HttpRequest& request, std::string_view key) {
  if (!has_key()) return {{403, "there is no key to log in with: set [http] api_key"}, {}};
  net::HttpRequest with_key = request;
  with_key.fields.key = key;
  if (key.empty()) return {{400, "key is required"}, {}};
  const bool right = base::equal_in_constant_time(key, settings_.api_key);
  if (!request.peer.on_unix_socket()) {
    if (const Verdict verdict = judge(with_key, Need::kAction); !verdict.allowed()) return {verdict, {}};
  } else if (!right) {
    return {kWrongKey, {}};
  }
  const auto token = sessions_.begin(clock_.steady_now());
  if (!token) return {{503, "this box has not gathered enough randomness yet: try again in a moment"}, {}};
  return {{}, *token};
}

}  // namespace web

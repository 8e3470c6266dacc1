// SPDX-License-Identifier: MIT
// What a peer asked for, as the service behind the server sees it. Pure values; the texts live as long as the call.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "lib/http_parser.h"
#include "net/peer.h"

namespace net {

/// The cookie that HttpFields::session is taken from.
inline constexpr std::string_view kSessionCookie = "limpet";

/// Of the header fields, those that somebody here asks for. Empty: the request does not have it.
struct HttpFields {
  std::string_view key;            // X-API-Key, or what follows "Bearer " in Authorization
  std::string_view session;        // the value of the cookie kSessionCookie
  std::string_view host;           // "pi.local:8080"
  std::string_view origin;         // "https://elsewhere.example": the page that made a browser ask
  std::string_view forwarded_for;  // the last address in X-Forwarded-For: who asked the proxy that asks us
  std::string_view if_none_match;
  std::string_view last_event_id;
  bool forwarded = false;  // came through a proxy: it has Forwarded, X-Forwarded-For, X-Real-IP or Via
  bool accepts_gzip = false;
};

/// Finds a deferred request again (HttpServer::complete).
struct HttpTicket {
  std::uint16_t slot = 0;
  std::uint32_t serial = 0;

  friend bool operator==(const HttpTicket&, const HttpTicket&) = default;
};

struct HttpRequest {
  lib::HttpMethod method = lib::HttpMethod::kGet;
  std::string_view path = {};   // "/status"; as sent: web/ decodes what it takes from it
  std::string_view query = {};  // after the "?", or empty; as sent
  std::string_view body = {};   // whole; only when HttpService::takes_body() said so
  bool has_length = false;      // a body was told, by its length or in chunks, though it may have none
  bool encrypted = false;       // came over TLS
  Peer peer = {};
  HttpFields fields = {};
  HttpTicket ticket = {};
};

/// Takes the target of a request apart: origin form ("/a?b"), absolute form ("http://host/a?b") or "*". Nothing for
/// any other. Source: RFC 9112 section 3.2.
std::optional<HttpRequest> parse_target(lib::HttpMethod method, std::string_view target);

}  // namespace net

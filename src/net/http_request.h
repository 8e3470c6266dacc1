// SPDX-License-Identifier: MIT
// What a peer asked for, as the service behind the server sees it. Pure values; the texts live as long as the call.
#pragma once

#include <optional>
#include <string_view>

#include "lib/http_parser.h"

namespace net {

struct HttpRequest {
  lib::HttpMethod method = lib::HttpMethod::kGet;
  std::string_view path;   // "/status"; as sent, without decoding
  std::string_view query;  // after the "?", or empty
};

/// Takes the target of a request apart: origin form ("/a?b"), absolute form ("http://host/a?b") or "*". Nothing for
/// any other. Source: RFC 9112 section 3.2.
std::optional<HttpRequest> parse_target(lib::HttpMethod method, std::string_view target);

}  // namespace net

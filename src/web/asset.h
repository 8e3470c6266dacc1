// SPDX-License-Identifier: MIT
// One file of the dashboard as it lies in the program: compressed, with the tag of its content.
#pragma once

#include <string_view>

#include "net/http_request.h"
#include "net/http_response.h"

namespace web {

struct Asset {
  std::string_view bytes;    // gzip; lives as long as the program
  const char* content_type;  // "text/html; charset=utf-8"
  std::string_view etag;     // strong, with its quotes: "\"5f2a…\""
};

/// 304 when the peer has it already, 406 when the peer takes no gzip. The browser keeps it and asks each time whether
/// it is still the same, so that a new program shows its own page at once.
void answer_asset(const net::HttpRequest& request, const Asset& asset, net::HttpResponse& response);

/// One of the tags in If-None-Match is `etag`, or it is "*". Source: RFC 9110 section 13.1.2.
bool names_tag(std::string_view if_none_match, std::string_view etag);

}  // namespace web

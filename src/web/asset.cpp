// SPDX-License-Identifier: MIT
#include "web/asset.h"

namespace web {

namespace {

// Everything of the page is its own; uPlot sets the size of its elements by style attributes through the DOM, which
// no policy forbids.
constexpr const char* kPagePolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

}  // namespace

bool names_tag(std::string_view if_none_match, std::string_view etag) {
  while (!if_none_match.empty()) {
    const std::size_t comma = if_none_match.find(',');
    std::string_view tag = if_none_match.substr(0, comma);
    if_none_match.remove_prefix(comma == std::string_view::npos ? if_none_match.size() : comma + 1);
    while (tag.starts_with(' ')) tag.remove_prefix(1);
    while (tag.ends_with(' ')) tag.remove_suffix(1);
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    if (tag == "*" || tag == etag) return true;
  }
  return false;
}

void answer_asset(const net::HttpRequest& request, const Asset& asset, net::HttpResponse& response) {
  if (!request.fields.accepts_gzip) {
    return response.become(406, "this is sent compressed only: ask with Accept-Encoding: gzip (curl --compressed)");
  }
  response.set_content_type(asset.content_type);
  response.set_cache_control("no-cache");
  response.set_policy(kPagePolicy);
  response.add_field("ETag", asset.etag);
  response.add_field("Vary", "Accept-Encoding");
  if (names_tag(request.fields.if_none_match, asset.etag)) return response.set_status(304);
  response.add_field("Content-Encoding", "gzip");
  response.set_constant_body(asset.bytes);
}

}  // namespace web

// SPDX-License-Identifier: MIT
#include "net/http_request.h"

namespace net {

std::optional<HttpRequest> parse_target(lib::HttpMethod method, std::string_view target) {
  if (target.starts_with("http://") || target.starts_with("https://")) {
    const std::size_t authority = target.find("//") + 2;
    const std::size_t path = target.find_first_of("/?", authority);
    if (path == authority) return std::nullopt;
    target = path == std::string_view::npos ? std::string_view("/") : target.substr(path);
  }
  if (target == "*") return HttpRequest{.method = method, .path = target};
  const std::size_t mark = target.find('?');
  HttpRequest request{.method = method, .path = target.substr(0, mark)};
  if (mark != std::string_view::npos) request.query = target.substr(mark + 1);
  if (request.path.empty()) request.path = "/";
  if (request.path.front() != '/') return std::nullopt;
  return request;
}

}  // namespace net

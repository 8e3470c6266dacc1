// SPDX-License-Identifier: MIT
#include "web/routes.h"

#include "base/json_string.h"

namespace web {

namespace {

using lib::HttpMethod;
using net::HttpRequest;
using net::HttpResponse;

void get_status(const View& view, const HttpRequest&, HttpResponse& response) {
  render_status(view.status(), response.body());
}

void get_memory(const View& view, const HttpRequest&, HttpResponse& response) {
  render_memory(view.memory(), response.body());
}

void get_whoami(const View& view, const HttpRequest&, HttpResponse& response) {
  const StatusInput status = view.status();
  response.set_content_type("application/json");
  base::TextWriter& body = response.body();
  body.append("{\"host_name\":");
  base::append_json_string(body, status.host_name);
  body.append(",\"version\":");
  base::append_json_string(body, status.version);
  body.append("}\n");
}

struct Route {
  HttpMethod method;
  std::string_view path;
  void (*handler)(const View&, const HttpRequest&, HttpResponse&);
};

constexpr Route kRoutes[] = {
    {HttpMethod::kGet, "/memory", get_memory},
    {HttpMethod::kGet, "/status", get_status},
    {HttpMethod::kGet, "/whoami", get_whoami},
};

std::string_view method_name(HttpMethod method) {
  switch (method) {
    case HttpMethod::kGet:
      return "GET, HEAD";
    case HttpMethod::kPost:
      return "POST";
    case HttpMethod::kPut:
      return "PUT";
    case HttpMethod::kDelete:
      return "DELETE";
    case HttpMethod::kHead:
    case HttpMethod::kOptions:
    case HttpMethod::kOther:
      break;
  }
  return "";
}

}  // namespace

void Routes::answer(const HttpRequest& request, HttpResponse& response) {
  const HttpMethod wanted = request.method == HttpMethod::kHead ? HttpMethod::kGet : request.method;
  base::FixedString<40> allow;
  for (const Route& route : kRoutes) {
    if (route.path != request.path) continue;
    if (route.method == wanted) return route.handler(view_, request, response);
    if (!allow.empty()) allow.append(", ");
    allow.append(method_name(route.method));
  }
  if (allow.empty()) return response.become(404, "there is nothing at this address");
  response.become(405, "this address does not take that method");
  response.set_allow(allow.view());
}

}  // namespace web

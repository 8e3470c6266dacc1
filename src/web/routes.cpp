// SPDX-License-Identifier: MIT
#include "web/routes.h"

#include "base/json_string.h"
#include "web/api.h"
#include "web/instance_routes.h"
#include "web/login.h"
#include "web/restart_route.h"
#include "web/vitals.h"

namespace web {

namespace {

using lib::HttpMethod;
using net::HttpRequest;
using net::HttpResponse;

void get_status(Context& context, HttpResponse& response) {
  context.view().facts();  // which looks at everything again
  render_status(context.view(), response.body());
}

void get_memory(Context& context, HttpResponse& response) { render_memory(context.view().memory(), response.body()); }

void get_whoami(Context& context, HttpResponse& response) {
  const StatusInput status = context.view().status();
  response.set_content_type("application/json");
  base::TextWriter& body = response.body();
  body.append("{\"host_name\":");
  base::append_json_string(body, status.host_name);
  body.append(",\"version\":");
  base::append_json_string(body, status.version);
  body.append("}\n");
}

void log_in(Context& context, HttpResponse& response) { post_login(context.site.access, context.request, response); }
void log_out(Context& context, HttpResponse& response) { post_logout(context.site.access, context.request, response); }

constexpr HttpMethod kGet = HttpMethod::kGet;
constexpr HttpMethod kPost = HttpMethod::kPost;

constexpr Route kRoutes[] = {
    {kGet, "/health", Need::kHealth, Body::kNone, get_health},
    {kGet, "/metrics", Need::kKey, Body::kNone, get_exposition},
    {kGet, "/memory", Need::kKey, Body::kNone, get_memory},
    {kGet, "/status", Need::kKey, Body::kNone, get_status},
    {kGet, "/whoami", Need::kKey, Body::kNone, get_whoami},
    {kGet, "/", Need::kNothing, Body::kNone, get_dashboard},
    {kGet, "/alerts", Need::kNothing, Body::kNone, get_dashboard},
    {kGet, "/hosts", Need::kNothing, Body::kNone, get_dashboard},
    {kGet, "/network", Need::kNothing, Body::kNone, get_dashboard},
    {kGet, "/services", Need::kNothing, Body::kNone, get_dashboard},
    {kGet, "/smart", Need::kNothing, Body::kNone, get_dashboard},
    {kGet, "/dashboard.css", Need::kNothing, Body::kNone, get_dashboard_style},
    {kGet, "/dashboard.js", Need::kNothing, Body::kNone, get_dashboard_script},
    {kGet, "/api/summary", Need::kKey, Body::kNone, get_summary},
    {kGet, "/api/hosts", Need::kKey, Body::kNone, get_hosts},
    {kGet, "/api/hosts/{host}/metrics", Need::kKey, Body::kNone, get_metrics},
    {kGet, "/api/hosts/{host}/services", Need::kKey, Body::kNone, get_host_services},
    {kGet, "/api/containers", Need::kKey, Body::kNone, get_containers},
    {kPost, "/api/services/restart", Need::kAction, Body::kRequired, post_restart},
    {kGet, "/api/services", Need::kKey, Body::kNone, get_services},
    {kGet, "/api/services.csv", Need::kKey, Body::kNone, get_services_csv},
    {kGet, "/api/services/{host}/{service}/history", Need::kKey, Body::kNone, get_service_history},
    {kGet, "/api/services/{host}/{service}/export.csv", Need::kKey, Body::kNone, get_service_history_csv},
    {kGet, "/api/commands", Need::kKey, Body::kNone, get_commands},
    {kGet, "/api/instances", Need::kKey, Body::kNone, get_instances},
    {kGet, "/api/healing", Need::kKey, Body::kNone, get_healing},
    {kGet, "/api/alerts", Need::kKey, Body::kNone, get_alerts},
    {kGet, "/api/alerts.csv", Need::kKey, Body::kNone, get_alerts_csv},
    {kGet, "/api/network/events", Need::kKey, Body::kNone, get_network_events},
    {kGet, "/api/network/latest", Need::kKey, Body::kNone, get_network_latest},
    {kGet, "/api/network/series", Need::kKey, Body::kNone, get_network_series},
    {kGet, "/api/network/targets", Need::kKey, Body::kNone, get_network_targets},
    {kGet, "/api/smart", Need::kKey, Body::kNone, get_smart},
    {kGet, "/api/stream/metrics", Need::kKey, Body::kNone, follow_metrics},
    {kGet, "/api/stream/alerts", Need::kKey, Body::kNone, follow_alerts},
    {kPost, "/instance/start", Need::kTrust, Body::kRequired, post_instance_start},
    {kPost, "/instance/alive", Need::kTrust, Body::kRequired, post_instance_alive},
    {kPost, "/instance/crash", Need::kTrust, Body::kRequired, post_instance_crash},
    {kPost, "/instance/stop", Need::kTrust, Body::kRequired, post_instance_stop},
    {kGet, "/instances", Need::kTrust, Body::kNone, get_registered},
    {kPost, "/login", Need::kNothing, Body::kRequired, log_in},
    {kPost, "/logout", Need::kNothing, Body::kNone, log_out},
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

// Where the request leads, and if nowhere, which methods its path has.
struct Match {
  const Route* route = nullptr;
  PathParameters parameters;
  base::FixedString<40> allow;
};

Match find_route(const HttpRequest& request, const std::string& base_path) {
  std::string_view path = request.path;
  if (path.starts_with(base_path)) path.remove_prefix(base_path.size() - 1);  // its last slash is the path's first
  const HttpMethod wanted = request.method == HttpMethod::kHead ? HttpMethod::kGet : request.method;
  Match match;
  for (const Route& route : kRoutes) {
    if (!matches(route.pattern, path, match.parameters)) continue;
    if (route.method == wanted) {
      match.route = &route;
      return match;
    }
    if (!match.allow.empty()) match.allow.append(", ");
    match.allow.append(method_name(route.method));
  }
  return match;
}

}  // namespace

bool Routes::takes_body(const HttpRequest& request) const {
  const Route* const route = find_route(request, site_.access.base_path()).route;
  return route != nullptr && route->body == Body::kRequired && site_.access.may(request, route->need);
}

void Routes::answer(const HttpRequest& request, HttpResponse& response) {
  const Match match = find_route(request, site_.access.base_path());
  if (match.route == nullptr && match.allow.empty()) return response.become(404, "there is nothing at this address");
  if (match.route == nullptr) {
    response.become(405, "this address does not take that method");
    return response.add_field("Allow", match.allow);
  }
  if (const Verdict verdict = site_.access.judge(request, match.route->need); !verdict.allowed()) {
    response.become(verdict.status, verdict.sentence);
    if (verdict.status == 401) response.add_field("WWW-Authenticate", "Bearer");
    if (verdict.status == 429) response.add_field("Retry-After", "60");
    return;
  }
  if (match.route->body == Body::kRequired && !request.has_length) {
    return response.become(411, "this needs a body, and its length");
  }
  Context context{.site = site_, .request = request, .parameters = match.parameters};
  match.route->handler(context, response);
}

}  // namespace web

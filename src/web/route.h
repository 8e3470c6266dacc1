// SPDX-License-Identifier: MIT
// One row of the table of routes, and what its handler works with. How to add a route: write its handler in the file
// of its subject, and one row into the table in routes.cpp; who may ask, which body it takes and what is said to a
// wrong method follow from the row.
#pragma once

#include <cstdint>
#include <string_view>

#include "net/http_request.h"
#include "net/http_response.h"
#include "web/access.h"
#include "web/alerts_stream.h"
#include "web/metrics_stream.h"
#include "web/path_pattern.h"
#include "web/query.h"
#include "web/view.h"

namespace web {

class InstanceDesk;
class RestartDesk;
class Vitals;

/// Whom single routes ask besides. Borrowed.
struct Desks {
  InstanceDesk* instances = nullptr;
  RestartDesk* restarts = nullptr;
  const Vitals* vitals = nullptr;
};

/// What all handlers have: what the daemon knows, and who may do what.
struct Site {
  const View& view;
  Access& access;
  MetricsStream& metrics_stream;
  AlertsStream& alerts_stream;
  Desks desks = {};
};

/// One request at its route.
struct Context {
  Site& site;
  const net::HttpRequest& request;  // with its body, if the row has kBody
  PathParameters parameters = {};   // for the {…} of the pattern

  const View& view() const { return site.view; }
  Query query() const { return Query(request.query); }
};

/// Answers at once, without blocking (see HttpResponse for the ways): a text in response.body(); rows by
/// response.stream<Source>(…), a BodySource; events by response.follow(…); or response.defer(), and later
/// HttpServer::complete(request.ticket, …), when a commit has to come first. Refusals: response.become(404, "…").
using Handler = void (*)(Context& context, net::HttpResponse& response);

enum class Body : std::uint8_t {
  kNone,      // one that comes is thrown away
  kRequired,  // up to base::limits::kHttpBodyBytes, whole in request.body; 411 when the request tells of none. It may
              // still be empty
};

struct Route {
  lib::HttpMethod method;    // HEAD is answered wherever GET is
  std::string_view pattern;  // "/api/hosts/{host}/metrics"
  Need need;
  Body body;
  Handler handler;
};

}  // namespace web

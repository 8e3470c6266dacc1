// SPDX-License-Identifier: MIT
// The route by which a person restarts something from the dashboard. Says what may not be, and hands the rest to a
// desk.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "net/http_response.h"
#include "web/route.h"

namespace web {

/// Who restarts containers.
class RestartDesk {
 public:
  /// Nothing: it is under way, and the request of `ticket` is answered when it is done. Else how long to wait, since
  /// another one is under way or this one was restarted just now.
  virtual std::optional<std::chrono::seconds> restart(std::string_view container, net::HttpTicket ticket) = 0;

 protected:
  ~RestartDesk() = default;
};

/// {"host":"…","service":"…"}: 400, 403 not on the allow-list, 404 unknown, 409 of a kind that is not restarted by
/// hand, 429 too soon; else write_restarted() or write_not_restarted(), later.
void post_restart(Context& context, net::HttpResponse& response);

void write_restarted(std::string_view container, net::HttpResponse& response);
/// `reason` is the engine's.
void write_not_restarted(std::string_view container, std::string_view reason, net::HttpResponse& response);

}  // namespace web

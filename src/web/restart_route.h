// SPDX-License-Identifier: MIT
// The route by which a person restarts something from the dashboard. Says what may not be, and hands the rest to a
// desk.
#pragma once

#include <chrono>
#include <string_view>

#include "net/http_response.h"
#include "rules/heal_target.h"
#include "web/route.h"

namespace web {

/// Who restarts things.
class RestartDesk {
 public:
  struct Answer {
    enum class Kind {
      kLater,    // it is under way, and the request of `ticket` is answered when it is done
      kDryRun,   // it was told what would have been done
      kTooSoon,  // one is under way, or there were enough of them
    };
    Kind kind{};
    std::chrono::seconds wait{};  // of kTooSoon
  };
  /// Of something that a row says may be restarted.
  virtual Answer restart(rules::TargetKind kind, std::string_view name, net::HttpTicket ticket) = 0;

 protected:
  ~RestartDesk() = default;
};

/// {"host":"…","service":"…"}: 202 in a dry run, 400, 403 not on the allow-list, 404 unknown, 409 of a kind that is not
/// restarted, 429 too soon; else write_restarted(), 200, or write_not_restarted(), 500, later.
void post_restart(Context& context, net::HttpResponse& response);

void write_restarted(std::string_view name, net::HttpResponse& response);
/// `reason`: a clause for a person.
void write_not_restarted(std::string_view name, std::string_view reason, net::HttpResponse& response);

}  // namespace web

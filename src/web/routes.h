// SPDX-License-Identifier: MIT
// Which address is answered by what: the one table of routes, and what is said about those that are not in it.
#pragma once

#include "net/http_service.h"
#include "web/route.h"

namespace web {

class Routes final : public net::HttpService {
 public:
  /// What it refers to is borrowed and outlives this.
  explicit Routes(const Site& site) : site_(site) {}

  bool takes_body(const net::HttpRequest& request) const override;
  /// 404 for a path that is not in the table, 405 with Allow for a method that its path does not have, then what
  /// Access::judge() says, then 411 for a body that is missing, then the row's handler. A path may begin with the
  /// base path, and need not: a proxy may have taken it away.
  void answer(const net::HttpRequest& request, net::HttpResponse& response) override;

 private:
  Site site_;
};

}  // namespace web

// SPDX-License-Identifier: MIT
// Which address is answered by what: the one table of routes, and what is said about those that are not in it.
#pragma once

#include "net/http_service.h"
#include "web/view.h"

namespace web {

class Routes final : public net::HttpService {
 public:
  /// `view` is borrowed and outlives this.
  explicit Routes(const View& view) : view_(view) {}

  /// 404 for a path that is not in the table, 405 with Allow for a method that its path does not have. HEAD is
  /// answered wherever GET is.
  void answer(const net::HttpRequest& request, net::HttpResponse& response) override;

 private:
  const View& view_;
};

}  // namespace web

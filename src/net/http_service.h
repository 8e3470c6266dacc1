// SPDX-License-Identifier: MIT
// Who answers the requests that the server took in: the routes of web/.
#pragma once

#include "net/http_request.h"
#include "net/http_response.h"

namespace net {

class HttpService {
 public:
  /// Fills `response`, at once and without blocking. The response is a 200 of plain text until it says otherwise; one
  /// that outgrows its room is replaced by a 503.
  virtual void answer(const HttpRequest& request, HttpResponse& response) = 0;

 protected:
  ~HttpService() = default;
};

}  // namespace net

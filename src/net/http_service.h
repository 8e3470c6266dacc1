// SPDX-License-Identifier: MIT
// Who answers the requests that the server took in: the routes of web/.
#pragma once

#include "net/http_request.h"
#include "net/http_response.h"

namespace net {

class HttpService {
 public:
  /// The header is here, the body is not: whether it is worth keeping. False: it is taken off the line and forgotten,
  /// and who asks before sending it is not told to go on. answer() comes in either case.
  virtual bool takes_body(const HttpRequest& request) const = 0;
  /// Fills `response`, at once and without blocking. The response is a 200 of plain text until it says otherwise.
  virtual void answer(const HttpRequest& request, HttpResponse& response) = 0;

 protected:
  ~HttpService() = default;
};

}  // namespace net

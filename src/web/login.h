// SPDX-License-Identifier: MIT
// The dashboard's login: POST /login {"key": "…"} gives a cookie that stands for the key, POST /logout takes it back.
#pragma once

#include "net/http_request.h"
#include "net/http_response.h"
#include "web/access.h"

namespace web {

void post_login(Access& access, const net::HttpRequest& request, net::HttpResponse& response);
void post_logout(Access& access, const net::HttpRequest& request, net::HttpResponse& response);

}  // namespace web

// SPDX-License-Identifier: MIT
#include "web/login.h"

#include <array>
#include <cstddef>

#include "lib/json.h"

namespace web {
namespace {

// SameSite=Strict: no page of another site has it sent. Secure only where the browser would send it back.
void set_cookie(const Access& access, const net::HttpRequest& request, std::string_view token,
                std::chrono::seconds lifetime, net::HttpResponse& response) {
  base::FixedString<200> cookie;
  cookie.append(net::kSessionCookie).append("=").append(token);
  cookie.append("; Path=").append(access.base_path());
  cookie.appendf("; Max-Age=%lld; HttpOnly; SameSite=Strict", static_cast<long long>(lifetime.count()));
  if (request.encrypted) cookie.append("; Secure");
  response.add_field("Set-Cookie", cookie);
}

void say_done(net::HttpResponse& response) {
  response.set_content_type("application/json");
  response.body().append("{\"status\":\"success\"}\n");
}

}  // namespace

void post_login(Access& access, const net::HttpRequest& request, net::HttpResponse& response) {
  alignas(std::max_align_t) std::array<std::byte, 1024> memory;
  lib::JsonReader reader(memory);
  const auto json = reader.read(request.body);
  if (!json) {
    base::FixedString<80> sentence("the body ");
    return response.become(400, sentence.append(lib::describe(json.error())));
  }
  const Access::Login login = access.log_in(request, json->member("key").string().value_or(""));
  if (!login.verdict.allowed()) return response.become(login.verdict.status, login.verdict.sentence);
  set_cookie(access, request, login.token, std::chrono::duration_cast<std::chrono::seconds>(Sessions::kLifetime),
             response);
  say_done(response);
}

void post_logout(Access& access, const net::HttpRequest& request, net::HttpResponse& response) {
  access.log_out(request);
  set_cookie(access, request, "", std::chrono::seconds(0), response);
  say_done(response);
}

}  // namespace web

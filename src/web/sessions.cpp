// SPDX-License-Identifier: MIT
#include "web/sessions.h"

#include <sys/random.h>

#include <algorithm>

#include "base/constant_time.h"

namespace web {

std::optional<Sessions::Token> Sessions::begin(base::SteadyTime now) {
  std::array<unsigned char, kTokenBytes / 2> bits;
  if (::getrandom(bits.data(), bits.size(), GRND_NONBLOCK) != static_cast<ssize_t>(bits.size())) return std::nullopt;
  Token token;
  for (const unsigned char byte : bits) token.appendf("%02x", unsigned{byte});
  Session& oldest = *std::ranges::min_element(sessions_, {}, &Session::began);
  oldest = {token, now};
  return token;
}

bool Sessions::is_valid(std::string_view token, base::SteadyTime now) const {
  bool valid = false;
  for (const Session& session : sessions_) {
    const bool same = base::equal_in_constant_time(token, session.token);
    valid = valid || (same && now - session.began < kLifetime);
  }
  return valid;
}

void Sessions::end(std::string_view token) {
  for (Session& session : sessions_) {
    if (base::equal_in_constant_time(token, session.token)) session = {};
  }
}

}  // namespace web

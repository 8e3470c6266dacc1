// SPDX-License-Identifier: MIT
// Who may ask for what: the key, logins, trusted networks, and the guard against tried keys and against pages from
// elsewhere. Owns the logins and the count of wrong keys; decides from the request alone, never asks anybody.
//
// A peer on the UNIX socket may do everything: its file's mode says who that is. A peer on loopback may read without a
// key, unless it is a proxy that speaks for another. Everybody else, and every action, needs the key: in X-API-Key, in
// Authorization: Bearer, or as the cookie of a login. A key that is given has to be right, also where none is needed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "net/http_request.h"
#include "os/clock.h"
#include "rules/ip_network.h"
#include "web/key_guard.h"
#include "web/sessions.h"

namespace web {

/// What a route asks of its peer.
enum class Need : std::uint8_t {
  kNothing,  // what a browser has to load before it can log in, and the login
  kKey,      // to read
  kHealth,   // the same, but anybody may where there is no key at all
  kTrust,    // the same, but the trusted networks need none: what the scripts of others call
  kAction,   // changes the box: the key, always
};

struct AccessSettings {
  std::string api_key;                  // empty: there is none
  std::vector<rules::IpNetwork> trust;  // may do what kTrust asks for
  std::string host_name;                // of the box
  std::string base_path = "/";          // begins and ends with a slash
};

struct Verdict {
  std::uint16_t status = 200;
  const char* sentence = "";  // of one that is not 200

  bool allowed() const { return status == 200; }
};

class Access {
 public:
  explicit Access(const os::Clock& clock) : clock_(clock) {}
  Access(const Access&) = delete;
  Access& operator=(const Access&) = delete;

  /// Another key ends all logins.
  void configure(AccessSettings settings);
  const std::string& base_path() const { return settings_.base_path; }
  bool has_key() const { return !settings_.api_key.empty(); }

  /// 401 no key, or a wrong one; 403 not for this peer, whatever it says; 429 too many wrong keys.
  Verdict judge(const net::HttpRequest& request, Need need);
  /// The same without a consequence: what judge() would say, but wrong keys are not counted.
  bool may(const net::HttpRequest& request, Need need) const;
  /// The request is allowed what needs the key.
  bool has_right_key(const net::HttpRequest& request) const;

  /// A login with this key: the token of a session, for the cookie.
  struct Login {
    Verdict verdict;
    Sessions::Token token;
  };
  Login log_in(const net::HttpRequest& request, std::string_view key);
  void log_out(const net::HttpRequest& request) { sessions_.end(request.fields.session); }

 private:
  enum class Given : std::uint8_t { kNone, kRight, kWrong };

  Given read_key(const net::HttpRequest& request) const;
  Verdict evaluate(const net::HttpRequest& request, Need need, Given given) const;
  bool is_trusted(const net::HttpRequest& request) const;

  const os::Clock& clock_;
  AccessSettings settings_;
  Sessions sessions_;
  KeyGuard guard_;
};

/// The page that made a browser send this is of another site than the request is to. A script sends no Origin.
bool comes_from_elsewhere(const net::HttpRequest& request);

/// The Host is one that only this box can have on loopback: an address, localhost, or its own name. Any other may be a
/// name whose address somebody else has set to 127.0.0.1, to have a browser here ask us for his page.
bool is_own_host(std::string_view host, std::string_view host_name);

}  // namespace web

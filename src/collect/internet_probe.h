// SPDX-License-Identifier: MIT
// Is there internet? Asks one host once a cycle: HEAD over HTTP, with TLS or without, where any answer from 200 to 399
// counts and no redirect is followed, or just a TCP connect, or a ping. Never waits: the answer, or why there is none,
// comes in a callback.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/callback.h"
#include "base/error.h"
#include "base/fixed_string.h"
#include "event/loop.h"
#include "net/http_client.h"
#include "net/icmp_echo.h"
#include "net/resolver.h"
#include "net/tls_service.h"
#include "net/web_connect.h"
#include "rules/url.h"

namespace collect {

struct ProbeResult {
  bool ok = false;
  /// From the beginning of the TCP connect to the answer's first byte (http) or to the connection (tcp), or from the
  /// request to the reply (icmp).
  std::optional<float> ping_ms;
  base::FixedString<160> reason;  // when not ok, for a person: "www.google.com answered 503"
};

class InternetProbe final : private net::HttpClientHandler {
 public:
  /// `raw` outlives this. `on_result` comes once for each start(), never from inside it; start() and configure() are
  /// allowed there.
  InternetProbe(event::Loop& loop, net::Resolver& resolver, net::TlsService& tls, net::RawIcmpSource raw,
                base::Callback<const ProbeResult&> on_result);
  InternetProbe(const InternetProbe&) = delete;
  InternetProbe& operator=(const InternetProbe&) = delete;

  /// `target` as rules::parse_probe_url() reads it; empty: there is no probe. `timeout` is for all of it, the name's
  /// lookup too. Ends a probe that is under way, without a result. After an error the earlier target stays.
  base::Result<void> configure(std::string_view target, std::chrono::milliseconds timeout);
  bool configured() const { return configured_; }

  /// Only when configured. A probe that is still under way is cancelled without a result, and counted.
  void start();
  void cancel();
  bool running() const { return running_; }
  std::uint64_t overruns() const { return overruns_; }

 private:
  void on_http_done(const base::Result<net::HttpAnswer>& answer) override;
  void on_connected(net::ConnectResult& result);
  void on_echo(const base::Result<base::Duration>& ping);
  void succeed(base::Duration ping);
  void fail(const base::Error& error);
  void finish(const ProbeResult& result);

  event::Loop& loop_;
  base::Callback<const ProbeResult&> on_result_;
  net::WebConnect connect_;
  net::HttpClient http_;
  net::IcmpEcho echo_;
  rules::Url url_;
  std::chrono::milliseconds timeout_{};
  bool configured_ = false;
  bool running_ = false;
  std::uint64_t overruns_ = 0;
};

}  // namespace collect

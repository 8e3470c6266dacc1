// SPDX-License-Identifier: MIT
// Tells the Worker once a cycle that this box lives: POST with its secret, over a connection that stays open from cycle
// to cycle. Gives the status of the answer. Never waits, and never shows the secret.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/callback.h"
#include "base/error.h"
#include "base/fixed_string.h"
#include "config/settings.h"
#include "event/loop.h"
#include "net/http_client.h"
#include "net/resolver.h"
#include "net/tls_service.h"
#include "net/web_connect.h"
#include "rules/sample.h"
#include "rules/url.h"
#include "rules/worker_watch.h"

namespace collect {

struct WorkerResult {
  rules::WorkerStatus status;     // any HTTP status; nothing: no answer
  base::FixedString<160> reason;  // of no answer, for a person
};

class HeartbeatWorker final : private net::HttpClientHandler {
 public:
  /// `on_result` comes once for each start(), never from inside it; start() and configure() are allowed there.
  HeartbeatWorker(event::Loop& loop, net::Resolver& resolver, net::TlsService& tls,
                  base::Callback<const WorkerResult&> on_result);
  HeartbeatWorker(const HeartbeatWorker&) = delete;
  HeartbeatWorker& operator=(const HeartbeatWorker&) = delete;

  /// The keys worker_… of the settings; without a url there is no Worker, after an error neither. With another url or
  /// secret a request that is under way ends without a result; else it goes on, and the connection stays.
  base::Result<void> configure(const config::Settings& settings);
  bool configured() const { return configured_; }

  /// Only when configured. A request that is still under way is cancelled without a result.
  void start(const rules::Sample& sample);
  void cancel() { http_.cancel(); }

 private:
  bool on_http_status(std::uint16_t status) override;
  void on_http_done(const base::Result<net::HttpAnswer>& answer) override;

  event::Loop& loop_;
  base::Callback<const WorkerResult&> on_result_;
  net::WebConnect connect_;
  net::HttpClient http_;
  std::string url_text_;
  rules::Url url_;
  std::string authorization_;
  std::chrono::milliseconds timeout_{};
  config::HeartbeatBody body_{};
  std::array<char, 512> body_room_{};
  std::uint16_t status_ = 0;  // 0: no answer began
  bool configured_ = false;
};

}  // namespace collect

// SPDX-License-Identifier: MIT
// One alert to one service, and what it answered: makes the channel's request, sends it, has the answer judged. Owns
// the connection; knows nothing of the outbox and never tries twice.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/callback.h"
#include "base/limits.h"
#include "event/loop.h"
#include "net/http_client.h"
#include "net/resolver.h"
#include "net/tls_service.h"
#include "net/web_connect.h"
#include "notify/channel.h"

namespace notify {

class Sender final : private net::HttpClientHandler {
 public:
  /// All are borrowed and outlive this. `on_done` is called once for each send(), perhaps before that returns.
  Sender(event::Loop& loop, net::Resolver& resolver, net::TlsService& tls, const config::Settings& settings,
         const Channel& channel, base::Callback<const Verdict&> on_done);

  /// Not while busy(). The channel is configured. `host_name`: of this box.
  void send(const rules::Event& event, std::string_view host_name);
  bool busy() const { return http_.busy(); }
  /// What a service said about where it is to be told: the settings count again.
  void forget_move() { moved_to_.clear(); }

  const Channel& channel() const { return channel_; }
  /// Of the last answer, until the next send(): its status, 0 when there was none, and the beginning of its body.
  std::uint16_t status() const { return answer_.status; }
  std::string_view body() const { return {answer_body_.data(), answer_size_}; }

 private:
  void on_http_field(const lib::HttpHeader& field) override;
  bool on_http_status(std::uint16_t status) override;
  bool on_http_body(std::string_view piece) override;
  void on_http_done(const base::Result<net::HttpAnswer>& answer) override;

  bool write(const rules::Event& event, std::string_view host_name);
  void finish(rules::Delivery delivery, std::string_view problem);

  event::Loop& loop_;
  const config::Settings& settings_;
  const Channel& channel_;
  base::Callback<const Verdict&> on_done_;
  net::WebConnect connect_;
  net::HttpClient http_;
  std::array<char, base::limits::kAlertBody> request_body_;
  std::size_t request_size_ = 0;
  std::array<char, 1024> answer_body_;
  std::size_t answer_size_ = 0;
  Answer answer_;
  base::FixedString<31> moved_to_;
};

}  // namespace notify

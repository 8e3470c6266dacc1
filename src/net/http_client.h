// SPDX-License-Identifier: MIT
// One HTTP/1.1 request without a body and its answer (RFC 9112), over whatever its connector connects to. Owns the
// connection and, between requests, a kept-alive one; holds no answer: the body goes to the handler in the pieces in
// which it comes, without the chunks' framing. Follows no redirect.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "base/fixed_string.h"
#include "base/limits.h"
#include "base/time.h"
#include "event/fd_watch.h"
#include "event/loop.h"
#include "event/timer.h"
#include "lib/http_parser.h"
#include "net/connector.h"
#include "os/unique_fd.h"

namespace net {

struct HttpClientRequest {
  enum class Method : std::uint8_t { kGet, kHead };

  Method method = Method::kGet;
  std::string_view host;    // the Host field: name, and port where it is not the usual one
  std::string_view target;  // "/path?query", without blanks and control characters
  bool keep_alive = false;
  std::uint64_t max_body_bytes = base::limits::kHttpBodyBytes;  // a longer answer is an error
};

struct HttpAnswer {
  std::uint16_t status = 0;
  base::SteadyTime connect_began{};
  base::SteadyTime first_byte{};  // when the answer began to come
};

class HttpClientHandler {
 public:
  /// The header is whole. False ends the request with an error.
  virtual bool on_http_status(std::uint16_t status) {
    (void)status;
    return true;
  }
  /// The next piece of the body; false ends the request with an error. The client must not be touched in here.
  virtual bool on_http_body(std::string_view piece) {
    (void)piece;
    return true;
  }
  /// Once for each start(): the answer came whole, or why not (ETIMEDOUT: the deadline passed). From the loop, never
  /// from inside start(); everything is allowed here, start() and the end of the client too.
  virtual void on_http_done(const base::Result<HttpAnswer>& answer) = 0;

 protected:
  ~HttpClientHandler() = default;
};

class HttpClient final : private lib::HttpHandler {
 public:
  /// What host and target may have together.
  static constexpr std::size_t kAddressBytes = 800;

  HttpClient(event::Loop& loop, Connector& connector, HttpClientHandler& handler);
  ~HttpClient() { cancel(); }
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  /// All of it, connecting too, has to end before `deadline`. A request that is under way is cancelled. The request
  /// is copied. A kept-alive connection is used again; when its server closed it meanwhile, another one is made.
  void start(const HttpClientRequest& request, base::SteadyTime deadline);
  /// Ends the request without a callback and closes the connection.
  void cancel();
  bool busy() const { return phase_ != Phase::kIdle; }

 private:
  enum class Phase : std::uint8_t { kIdle, kConnecting, kExchanging };

  bool on_headers_complete() override { return handler_.on_http_status(parser_.status()); }
  bool on_body(std::string_view piece) override { return handler_.on_http_body(piece); }

  void write_request(const HttpClientRequest& request);
  void connect();
  void on_connected(ConnectResult& result);
  void begin_exchange();
  void on_ready(short events);
  void send();
  void receive();
  void on_end_of_stream();
  void on_deadline();
  void complete(bool nothing_follows);
  void close();
  void fail(const base::Error& error);

  event::Loop& loop_;
  Connector& connector_;
  HttpClientHandler& handler_;
  Connection connection_;
  event::FdWatch watch_;  // after connection_: it leaves the loop before the socket is closed
  event::Timer deadline_timer_;
  std::array<char, 64> header_value_{};
  lib::HttpParser parser_;
  lib::HttpLimits limits_;
  base::FixedString<kAddressBytes + 100> request_;
  std::size_t sent_ = 0;
  base::SteadyTime deadline_{};
  base::SteadyTime first_byte_{};
  Phase phase_ = Phase::kIdle;
  bool answer_to_head_ = false;
  bool keep_alive_ = false;
  bool reused_ = false;  // the request went out on a connection that an earlier one left
};

}  // namespace net

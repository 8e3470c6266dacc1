// SPDX-License-Identifier: MIT
// One HTTP/1.1 request and its answer (RFC 9112), over whatever its connector connects to. Owns the connection and,
// between requests, a kept-alive one; holds no answer: the body goes to the handler in the pieces in which it comes,
// without the chunks' framing. Follows no redirect.
#pragma once

#include <array>
#include <cstdint>
#include <span>
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

struct HttpField {
  std::string_view name;
  std::string_view value;  // without line ends
};

struct HttpClientRequest {
  enum class Method : std::uint8_t { kGet, kHead, kPost };

  Method method = Method::kGet;
  std::string_view host;                   // the Host field: name, and port where it is not the usual one
  std::string_view target;                 // "/path?query", without blanks and control characters
  std::span<const HttpField> fields = {};  // more of them, such as {"Authorization", "Bearer …"}
  std::string_view body = {};              // of kPost; not copied: it lives until on_http_done() or cancel()
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
  /// A field of the answer's header, such as Retry-After; values over 64 bytes are cut.
  virtual void on_http_field(const lib::HttpHeader& field) { (void)field; }
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
  /// What host, target and fields may have together. A request that is longer fails, and nothing of it is sent.
  static constexpr std::size_t kHeadBytes = 2048;
  /// What a request's body may have.
  static constexpr std::size_t kBodyBytes = base::limits::kHttpBodyBytes;

  HttpClient(event::Loop& loop, Connector& connector, HttpClientHandler& handler);
  ~HttpClient() { cancel(); }
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  /// All of it, connecting too, has to end before `deadline`. A request that is under way is cancelled. All of the
  /// request but the body is copied. A kept-alive connection is used again; when it turns out to be dead before the
  /// first byte of an answer, the request goes out once more, on another one.
  void start(const HttpClientRequest& request, base::SteadyTime deadline);
  /// Another deadline for the request that is under way, as for an answer that has begun and has no end. Also allowed
  /// in on_http_status().
  void set_deadline(base::SteadyTime deadline);
  /// Ends the request without a callback and closes the connection.
  void cancel();
  bool busy() const { return phase_ != Phase::kIdle; }

 private:
  enum class Phase : std::uint8_t { kIdle, kRefused, kConnecting, kExchanging };

  void on_header(const lib::HttpHeader& header) override { handler_.on_http_field(header); }
  bool on_headers_complete() override { return handler_.on_http_status(parser_.status()); }
  bool on_body(std::string_view piece) override { return handler_.on_http_body(piece); }

  bool write_head(const HttpClientRequest& request);
  void connect();
  void on_connected(ConnectResult& result);
  void begin_exchange();
  void on_ready(short events);
  void send();
  void receive();
  bool receive_piece();
  bool take(std::string_view bytes);
  bool may_try_again() const { return reused_ && parser_.untouched(); }
  void try_again();
  void look_at_idle();
  void on_end_of_stream();
  void on_deadline();
  void complete(bool nothing_follows);
  void close();
  void fail(const base::Error& error);
  bool sent_all() const { return sent_ == head_.size() + body_.size(); }

  event::Loop& loop_;
  Connector& connector_;
  HttpClientHandler& handler_;
  Connection connection_;
  event::FdWatch watch_;  // after connection_: it leaves the loop before the socket is closed
  event::Timer deadline_timer_;
  std::array<char, 64> header_value_{};
  lib::HttpParser parser_;
  lib::HttpLimits limits_;
  base::FixedString<kHeadBytes + 128> head_;
  std::string_view body_;
  std::size_t sent_ = 0;  // of head and body
  base::SteadyTime deadline_{};
  base::SteadyTime first_byte_{};
  Phase phase_ = Phase::kIdle;
  bool answer_to_head_ = false;
  bool keep_alive_ = false;
  bool reused_ = false;  // the request went out on a connection that an earlier one left
};

}  // namespace net

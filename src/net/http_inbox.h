// SPDX-License-Identifier: MIT
// One request at a time out of the bytes of a connection: its target, the header fields that somebody asks for, and its
// body. Lives in the connection's small buffer, and borrows a large one for a body that does not fit there. Never reads
// a descriptor.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/limits.h"
#include "lib/http_parser.h"
#include "net/cookie_finder.h"
#include "net/http_request.h"
#include "net/http_shared.h"

namespace net {

class HttpInbox final : private lib::HttpHandler {
 public:
  static constexpr std::size_t kInputBytes = 768;   // bytes that were read and not parsed yet
  static constexpr std::size_t kValueBytes = 256;   // one header value at a time
  static constexpr std::size_t kTargetBytes = 768;  // longest request target; 414 above
  /// Target, kept header fields, a short body. Once the request was answered, the rest of a short answer.
  static constexpr std::size_t kWorkBytes = base::limits::kHttpSmallBuffer - kInputBytes - kValueBytes;
  static_assert(kTargetBytes < kWorkBytes);

  enum class State : std::uint8_t { kMore, kComplete, kRefused };
  struct Refusal {
    std::uint16_t status;
    const char* text;
  };

  /// Both are borrowed and outlive this.
  HttpInbox(HttpShared& shared, SmallBuffer& small);
  HttpInbox(const HttpInbox&) = delete;
  HttpInbox& operator=(const HttpInbox&) = delete;

  /// A new peer: there is no input.
  void open(const Peer& peer, bool encrypted);
  /// Expects the next request; input that is there stays.
  void start(HttpTicket ticket);
  /// Gives back what is borrowed.
  void close() { large_.release(); }

  /// Where to read to, once all that was read is parsed.
  std::span<char> room() { return std::span(small_).first(kInputBytes); }
  void take(std::size_t bytes);
  bool has_input() const { return input_begin_ < input_end_; }
  /// Parses what is there, up to the end of one request.
  State parse();

  /// Nothing came yet: the connection may be closed without a loss.
  bool untouched() const { return parser_.untouched(); }
  /// The peer waits for "100 Continue" and shall have it. True once.
  bool take_continue() { return std::exchange(continue_, false); }

  // Of a complete request.

  const HttpRequest& request() const { return request_; }
  const Refusal& refusal() const { return refusal_; }
  bool keep_alive() const { return parser_.keep_alive(); }
  bool is_http_1_0() const { return parser_.headers_complete() && parser_.is_http_1_0(); }
  bool is_head() const { return parser_.headers_complete() && parser_.method() == lib::HttpMethod::kHead; }

  bool holds_large_buffer() const { return static_cast<bool>(large_); }
  /// The buffer that the body is in, or an empty lease.
  LargeBuffers::Lease give_large_buffer() { return std::move(large_); }
  /// Free when the request was answered.
  std::span<char> work() { return std::span(small_).subspan(kInputBytes, kWorkBytes); }

 private:
  bool on_target(std::string_view piece) override;
  void on_header_piece(std::string_view name, std::string_view piece) override;
  void on_header(const lib::HttpHeader& header) override;
  bool on_headers_complete() override;
  bool on_body(std::string_view piece) override;

  std::string_view keep(std::string_view text);
  void keep_key(const lib::HttpHeader& header);
  bool store_body(std::string_view piece);
  void refuse(std::uint16_t status, const char* text) { refusal_ = {status, text}; }

  HttpShared& shared_;
  SmallBuffer& small_;
  lib::HttpParser parser_;
  CookieFinder cookie_{kSessionCookie};
  LargeBuffers::Lease large_;
  HttpRequest request_;
  Refusal refusal_{};
  std::size_t input_begin_ = 0;
  std::size_t input_end_ = 0;
  std::size_t target_bytes_ = 0;
  std::size_t work_bytes_ = 0;  // target and fields
  std::size_t body_bytes_ = 0;
  bool keeps_body_ = false;
  bool continue_ = false;
};

}  // namespace net

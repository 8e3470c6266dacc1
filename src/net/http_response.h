// SPDX-License-Identifier: MIT
// One answer, built in memory that the server lends: the body is written first, the head goes into the gap kept before
// it, so the whole is one piece to send. Never allocates; what does not fit is dropped and remembered.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/fixed_string.h"
#include "base/text_writer.h"
#include "base/time.h"

namespace net {

/// "Not Found" for 404; "Unknown" for a number that this server never sends. Source: RFC 9110 section 15.
std::string_view reason_phrase(std::uint16_t status);

class HttpResponse {
 public:
  static constexpr std::size_t kHeadBytes = 320;  // the longest head that finish() can write

  /// `room` is borrowed and longer than kHeadBytes.
  explicit HttpResponse(std::span<char> room) : room_(room), body_(room.subspan(kHeadBytes)) {}
  HttpResponse(const HttpResponse&) = delete;
  HttpResponse& operator=(const HttpResponse&) = delete;

  void set_status(std::uint16_t status) { status_ = status; }
  std::uint16_t status() const { return status_; }
  /// A string literal. At first "text/plain; charset=utf-8".
  void set_content_type(const char* type) { content_type_ = type; }
  /// The methods the resource has, for 405: "GET, HEAD".
  void set_allow(std::string_view methods) { allow_ = methods; }

  base::TextWriter& body() { return body_; }
  bool overflowed() const { return body_.overflowed(); }

  /// Forgets everything written and becomes this status with a sentence as its page.
  void become(std::uint16_t status, std::string_view sentence);

  enum class Connection : std::uint8_t {
    kKeep,       // HTTP/1.1: nothing to say
    kKeepHttp1,  // HTTP/1.0 with keep-alive: has to be confirmed
    kClose,
  };
  /// The bytes to send, inside the room. `head_only`: for HEAD, with the length the body would have.
  std::string_view finish(base::WallTime now, Connection connection, bool head_only);

 private:
  std::span<char> room_;
  base::TextWriter body_;
  std::uint16_t status_ = 200;
  const char* content_type_ = "text/plain; charset=utf-8";
  base::FixedString<40> allow_;
};

}  // namespace net

// SPDX-License-Identifier: MIT
// HTTP/1.0 and 1.1 messages (RFC 9110, RFC 9112) out of bytes that come in any pieces: the wrapper over llhttp, strict
// in everything. Owns the state of one message; never allocates, never buffers a body, never reads a descriptor, and
// calls nobody but its handler, from inside feed() and finish().
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

#include "base/fixed_string.h"
#include "base/limits.h"

namespace lib {

enum class HttpMethod : std::uint8_t {
  kGet,
  kHead,
  kPost,
  kPut,
  kDelete,
  kOptions,
  kOther,  // a registered method that nothing here uses, such as PROPFIND
};

/// One header field. Both texts live only during the call.
struct HttpHeader {
  std::string_view name;   // in lower case
  std::string_view value;  // without the spaces around it
  bool cut = false;        // the value was longer than the room it was given: `value` is its beginning
};

/// What may come in. Over a limit the message fails with the status that says so (431, 414, 413).
struct HttpLimits {
  static constexpr std::uint64_t kNoBodyLimit = std::numeric_limits<std::uint64_t>::max();

  /// Request or status line and header fields up to the empty line; the same again for trailers and chunk extensions.
  std::size_t header_bytes = base::limits::kHttpHeaderBytes;
  std::size_t target_bytes = 1024;  // of a request
  std::uint64_t body_bytes = base::limits::kHttpBodyBytes;
};

/// Takes what the parser finds, in the order of the message. A `false` gives the message up: it has failed.
/// Interim answers (1xx) and trailers are not told.
class HttpHandler {
 public:
  /// A piece of the request target (RFC 9112 section 3.2); several make the whole. Never for an answer.
  virtual bool on_target(std::string_view piece) {
    (void)piece;
    return true;
  }
  /// A piece of a header value, before the whole is told by on_header(): for a value that may be longer than its room.
  virtual void on_header_piece(std::string_view name, std::string_view piece) {
    (void)name;
    (void)piece;
  }
  virtual void on_header(const HttpHeader& header) { (void)header; }
  /// Everything but the body is known: method(), status(), version, content_length() of the parser.
  virtual bool on_headers_complete() { return true; }
  /// A piece of the body, without the chunks' framing; it points into the bytes that were fed.
  virtual bool on_body(std::string_view piece) {
    (void)piece;
    return true;
  }

 protected:
  ~HttpHandler() = default;
};

class HttpParser {
 public:
  /// Of llhttp.
  static std::string_view version();

  enum class State : std::uint8_t {
    kMore,      // the message is not whole yet
    kComplete,  // whole: the bytes after `used` belong to the next one
    kFailed,    // failure() says why; only start_*() leads on
  };
  struct Progress {
    State state = State::kMore;
    std::size_t used = 0;  // of the bytes that were fed
  };
  struct Failure {
    std::uint16_t status = 400;  // what a server answers: 400, 413, 414, 431, 501, 505
    const char* text = "";       // for a person: "the header is over 8 KiB"
  };

  /// `value_room` takes one header value at a time and `handler` what is found; both are borrowed and outlive this.
  HttpParser(HttpHandler& handler, std::span<char> value_room) : handler_(handler), value_room_(value_room) {}
  HttpParser(const HttpParser&) = delete;
  HttpParser& operator=(const HttpParser&) = delete;

  /// Forgets everything and expects a request, or an answer. The answer to a HEAD request has no body, whatever its
  /// header says. One of these comes before the first feed() and between two messages.
  void start_request(const HttpLimits& limits = {});
  void start_response(const HttpLimits& limits = {}, bool answer_to_head = false);

  /// Takes the next bytes. Uses all of them unless the message ends or fails among them.
  Progress feed(std::string_view bytes);
  /// The peer will send nothing more. An answer that has no length ends here and is complete; inside any other
  /// message this is a failure.
  State finish();

  State state() const { return state_; }
  /// No byte of the message came yet: the connection may be closed without a loss.
  bool untouched() const { return header_bytes_ == 0; }
  bool headers_complete() const { return headers_complete_; }
  const Failure& failure() const { return failure_; }

  // Known from on_headers_complete() on.
  HttpMethod method() const;
  std::uint16_t status() const;
  bool is_http_1_0() const;
  /// How often the request has a Host field; HTTP/1.1 wants exactly one (RFC 9112 section 3.2).
  unsigned host_count() const { return host_count_; }
  /// The request waits for "100 Continue" before its body (RFC 9110 section 10.1.1).
  bool expects_continue() const { return expects_continue_; }
  bool has_body() const;
  /// The request says how long its body is, or sends it in chunks; the body may still be empty.
  bool has_length() const;

  /// Known when the message is complete: the peer will use the connection again (RFC 9112 section 9.3).
  bool keep_alive() const { return keep_alive_; }
  /// Bytes of body so far.
  std::uint64_t body_bytes() const { return body_bytes_; }

 private:
  struct Callbacks;  // the C side, in the .cpp

  void start(int type, const HttpLimits& limits, bool answer_to_head);
  bool interim() const;
  int fail(std::uint16_t status, const char* text);
  int take_target(std::string_view piece);
  int take_header_name(std::string_view piece);
  int take_header_value(std::string_view piece);
  int end_header();
  int end_headers();
  int take_chunk_extension(std::string_view piece);
  int take_body(std::string_view piece);
  int end_message();
  void fail_from(int code, std::string_view rest);

  static constexpr std::size_t kStateBytes = 112;  // of llhttp_t, asserted in the .cpp
  static constexpr std::size_t kNameBytes = 32;    // a longer name is none that anybody asks for: it is not told

  HttpHandler& handler_;
  std::span<char> value_room_;
  alignas(8) std::array<std::byte, kStateBytes> llhttp_{};
  HttpLimits limits_;
  Failure failure_;
  base::FixedString<kNameBytes> name_;
  std::size_t value_bytes_ = 0;  // of the value, also of what did not fit
  std::size_t header_bytes_ = 0;
  std::size_t target_bytes_ = 0;
  std::size_t extra_bytes_ = 0;  // trailers and chunk extensions
  std::uint64_t body_bytes_ = 0;
  State state_ = State::kFailed;
  std::uint8_t host_count_ = 0;
  bool answer_to_head_ = false;
  bool headers_complete_ = false;
  bool expects_continue_ = false;
  bool keep_alive_ = false;
};

}  // namespace lib

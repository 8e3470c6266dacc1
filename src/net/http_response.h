// SPDX-License-Identifier: MIT
// One answer, built in memory that the server lends: the body is written first, the head goes into the gap kept before
// it, so the whole is one piece to send. Never allocates; what does not fit is dropped and remembered.
//
// The body is one of these: what was written to body(); a constant in the program; pieces from a BodySource; events
// from an EventSource, without end; or it comes later, when whoever deferred it has what it needs.
#pragma once

#include <cassert>
#include <cstdint>
#include <memory>
#include <new>
#include <span>
#include <string_view>
#include <utility>

#include "base/fixed_string.h"
#include "base/text_writer.h"
#include "base/time.h"
#include "net/body_source.h"
#include "net/event_source.h"

namespace net {

/// "Not Found" for 404; "Unknown" for a number that this server never sends. Source: RFC 9110 section 15.
std::string_view reason_phrase(std::uint16_t status);

class HttpResponse {
 public:
  static constexpr std::size_t kHeadBytes = 896;  // the longest head that finish() can write, and the size of a chunk
  static constexpr std::size_t kSourceBytes = 1024;
  static constexpr std::size_t kTailBytes = 8;  // behind each chunk

  /// `room` is borrowed and longer than kHeadBytes and kTailBytes.
  explicit HttpResponse(std::span<char> room);
  HttpResponse(const HttpResponse&) = delete;
  HttpResponse& operator=(const HttpResponse&) = delete;
  ~HttpResponse() { drop_source(); }

  void set_status(std::uint16_t status) { status_ = status; }
  std::uint16_t status() const { return status_; }
  /// A string literal. At first "text/plain; charset=utf-8".
  void set_content_type(const char* type) { content_type_ = type; }
  /// A string literal. At first "no-store".
  void set_cache_control(const char* value) { cache_control_ = value; }
  /// A string literal: the Content-Security-Policy. At first one that lets nothing be loaded and nobody frame it.
  void set_policy(const char* policy) { policy_ = policy; }
  /// One more header field, such as ETag, Set-Cookie, Allow, Content-Disposition. Together at most kFieldsBytes.
  void add_field(std::string_view name, std::string_view value);

  /// A body that fits into the room; one that does not becomes a 503 or 500.
  base::TextWriter& body() { return body_; }
  bool overflowed() const { return body_.overflowed(); }

  /// Forgets everything written and becomes this status with {"status":"error","message":sentence}.
  void become(std::uint16_t status, std::string_view sentence);

  /// The body is `bytes`, which live as long as the program does and are not copied.
  void set_constant_body(std::string_view bytes) { constant_ = bytes; }

  /// The body comes from a Source made with `args`, which lives in the room.
  template <class Source, class... Args>
  void stream(Args&&... args) {
    static_assert(sizeof(Source) <= kSourceBytes && alignof(Source) <= alignof(std::max_align_t));
    if (void* const place = make_source_room(sizeof(Source), alignof(Source))) {
      source_ = new (place) Source(std::forward<Args>(args)...);
    }
  }

  /// The answer is a stream of the events of `source` behind `position`. Outlives every connection.
  void follow(EventSource& source, std::uint64_t position) {
    events_ = &source;
    position_ = position;
  }

  /// The answer is given later, by HttpServer::complete() with the request's ticket. Nothing that was set here is kept.
  void defer() { deferred_ = true; }

  // For the server.

  enum class Connection : std::uint8_t {
    kKeep,       // HTTP/1.1: nothing to say
    kKeepHttp1,  // HTTP/1.0 with keep-alive: has to be confirmed
    kClose,
  };
  enum class Framing : std::uint8_t {
    kLength,
    kChunks,
    kUntilClose,  // of HTTP/1.0
  };
  struct Finish {
    base::WallTime now{};
    Connection connection = Connection::kKeep;
    Framing framing = Framing::kLength;
    bool head_only = false;  // for HEAD, with the length that the body would have
  };
  /// The bytes to send, inside the room; the constant body follows them.
  std::string_view finish(const Finish& how);

  bool deferred() const { return deferred_; }
  EventSource* events() const { return events_; }
  std::uint64_t position() const { return position_; }
  BodySource* source() const { return source_; }
  std::string_view constant_body() const { return constant_; }
  /// The rest of the room, for the pieces, once the source was given away with it.
  std::span<char> give_source() {
    source_ = nullptr;
    return room_;
  }

  /// Makes of the body at `begin` + kHeadBytes a chunk, or without `chunked` leaves it as it is; gives what is to be
  /// sent. `room` is what the body was written to with place_of_body(). Source: RFC 9112 section 7.1.
  static std::string_view frame(std::span<char> room, std::size_t size, bool chunked, bool last);
  static std::span<char> place_of_body(std::span<char> room) {
    return room.subspan(kHeadBytes, room.size() - kHeadBytes - kTailBytes);
  }

 private:
  static constexpr std::size_t kFieldsBytes = 320;

  void* make_source_room(std::size_t size, std::size_t alignment);
  void drop_source();

  std::span<char> room_;
  base::TextWriter body_;
  std::uint16_t status_ = 200;
  const char* content_type_ = "text/plain; charset=utf-8";
  const char* cache_control_ = "no-store";
  const char* policy_ = "default-src 'none'; frame-ancestors 'none'";
  base::FixedString<kFieldsBytes> fields_;
  std::string_view constant_;
  BodySource* source_ = nullptr;
  EventSource* events_ = nullptr;
  std::uint64_t position_ = 0;
  bool deferred_ = false;
};

}  // namespace net

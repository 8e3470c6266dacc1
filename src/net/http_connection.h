// SPDX-License-Identifier: MIT
// One peer of the HTTP server: reads a request, has it answered, sends the answer, then the next (RFC 9112). Owns the
// socket; has 2 KiB to itself and borrows a large buffer while a long body or answer needs it. Never blocks, never
// allocates.
//
// States:
//   closed     a free slot
//   shaking    TLS is being agreed upon, on an address that wants it. Deadline: kRequestTimeout until that begins, and
//              as long for itself (closed)
//   reading    waits for the bytes of a request. Deadline: kRequestTimeout from the first byte, or from accept(2), to
//              the last one (408); kIdleTimeout, over TLS the shorter kIdleTlsTimeout, between two
//              requests (closed without a word)
//   pending    the service answers later; nothing is read meanwhile. Deadline: kPendingTimeout (503)
//   writing    an answer that the peer has not taken yet; nothing is read meanwhile, so a peer that never reads gets
//              nothing more done. Deadline: kWriteTimeout for each kWriteStep of the answer (closed)
//   following  a stream of events, until the peer goes. What it sends is thrown away. A keepalive is sent when there
//              was no event for kKeepalive. Deadline: kWriteTimeout for an event that the peer does not take (closed)
//   lingering  the last answer is out and our side shut; what still comes is thrown away until the peer closes, so that
//              it gets to read the answer instead of a reset. Deadline: kLingerTimeout (closed)
#pragma once

#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "event/fd_watch.h"
#include "event/timer.h"
#include "net/connection.h"
#include "net/http_inbox.h"
#include "net/http_output.h"
#include "net/http_response.h"
#include "net/http_shared.h"
#include "os/unique_fd.h"

namespace net {

class HttpConnection {
 public:
  static constexpr base::Duration kRequestTimeout = std::chrono::seconds(10);
  static constexpr base::Duration kIdleTimeout = std::chrono::seconds(60);
  static constexpr base::Duration kIdleTlsTimeout = std::chrono::seconds(20);  // TLS is dear
  static constexpr base::Duration kPendingTimeout = std::chrono::seconds(30);
  static constexpr base::Duration kWriteTimeout = std::chrono::seconds(10);
  static constexpr base::Duration kKeepalive = std::chrono::seconds(15);
  static constexpr base::Duration kLingerTimeout = std::chrono::seconds(2);
  static constexpr std::size_t kWriteStep = 4096;
  static constexpr std::size_t kTargetBytes = HttpInbox::kTargetBytes;

  /// Both are borrowed and outlive the connection; `small` is its own, and `slot` its number.
  HttpConnection(HttpShared& shared, SmallBuffer& small, std::uint16_t slot);
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;

  bool is_open() const { return state_ != State::kClosed; }
  /// Takes over a connected, non-blocking stream socket; only while closed. On an error it stays the caller's.
  /// `encrypted`: the peer has to begin with TLS.
  base::Result<void> open(os::UniqueFd& fd, const Peer& peer, bool encrypted);
  void close();

  /// Since when the peer is waited for: to send its request, to take its answer, or to go. Only while open.
  base::SteadyTime waiting_since() const;
  const Peer& peer() const { return inbox_.request().peer; }
  bool holds_large_buffer() const { return inbox_.holds_large_buffer() || output_.holds_large_buffer(); }
  bool has_tls() const { return static_cast<bool>(connection_.tls); }
  bool follows() const { return state_ == State::kFollowing; }
  bool follows_with_tls() const { return follows() && has_tls(); }

  /// Sends what is new in `source`, when it is followed.
  void wake(const EventSource& source);
  /// Answers the deferred request of `ticket`. False when it is not there any more.
  bool complete(HttpTicket ticket, base::Callback<HttpResponse&> write);

 private:
  enum class State : std::uint8_t { kClosed, kShaking, kReading, kPending, kWriting, kFollowing, kLingering };
  using Answering = base::Callback<HttpResponse&>;

  void on_ready(short events);
  void on_deadline();
  void shake_hands();
  void read();
  void discard();
  void go_on_writing();
  void wait(State state, base::Duration timeout);
  void expect_request(base::Duration timeout);
  void process_input();
  void answer(Answering write);
  void serve(HttpResponse& response);
  void refuse(std::uint16_t status, std::string_view sentence);
  void send(HttpResponse& response, LargeBuffers::Lease lease, bool keep_open);
  HttpOutput::State send_from_source(HttpResponse& response, HttpResponse::Finish how, LargeBuffers::Lease lease);
  void after(HttpOutput::State state);
  void after_answer();
  void follow(HttpResponse& response);
  void send_events();
  void send_event(std::string_view text);
  void linger();

  HttpShared& shared_;
  SmallBuffer& small_;
  Connection connection_;
  event::FdWatch watch_;  // after connection_: it leaves the loop before the socket is closed
  event::Timer deadline_;
  HttpInbox inbox_;
  HttpOutput output_;
  EventSource* events_ = nullptr;
  std::uint64_t position_ = 0;
  std::size_t discarded_ = 0;
  std::size_t step_ = 0;  // of the answer was taken when waiting began
  base::SteadyTime waiting_since_{};
  HttpTicket ticket_;
  State state_ = State::kClosed;
  bool keep_open_ = false;
  bool peer_done_ = false;  // it has shut its side: what is here is answered, then it ends
};
static_assert(sizeof(HttpConnection) <= base::limits::kHttpConnectionBytes);

}  // namespace net

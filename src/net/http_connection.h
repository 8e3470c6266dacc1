// SPDX-License-Identifier: MIT
// One peer of the HTTP server: reads a request, has it answered, sends the answer, then the next (RFC 9112). Owns the
// descriptor; has 2 KiB to itself and borrows a large buffer while a long answer waits to be taken. Never blocks, never
// allocates.
//
// States:
//   closed     a free slot
//   reading    waits for the bytes of a request. Deadline: kRequestTimeout from the first byte, or from accept(2), to
//              the last one (408); kIdleTimeout between two requests (closed without a word)
//   writing    an answer that the peer has not taken yet; nothing is read meanwhile, so a peer that never reads gets
//              nothing more done. Deadline: kWriteTimeout for the whole answer (closed)
//   lingering  the last answer is out and our side shut; what still comes is thrown away until the peer closes, so that
//              it gets to read the answer instead of a reset. Deadline: kLingerTimeout (closed)
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/error.h"
#include "base/limits.h"
#include "event/fd_watch.h"
#include "event/loop.h"
#include "event/timer.h"
#include "lib/http_parser.h"
#include "net/http_response.h"
#include "net/http_service.h"
#include "net/large_buffers.h"
#include "net/peer.h"
#include "os/unique_fd.h"

namespace net {

/// What happened since the start.
struct HttpStatistics {
  std::uint64_t accepted = 0;
  std::uint64_t turned_away = 0;  // 503: every slot was taken
  std::uint64_t cut_off = 0;      // closed to make room for another
  std::uint64_t answered = 0;     // of all statuses
  std::uint64_t failed = 0;       // of those: 4xx and 5xx
  std::uint64_t timed_out = 0;    // connections ended by a deadline, idle ones not counted
  std::uint64_t accept_failures = 0;
};

/// What all connections of one server share; outlives them.
struct HttpShared {
  event::Loop& loop;
  HttpService& service;
  /// All large buffers are lent, and this peer wants one: takes one from a peer that has too many, if there is one.
  base::Callback<const Peer&> free_large_buffer;
  LargeBuffers large{};
  HttpStatistics statistics{};
};

class HttpConnection final : private lib::HttpHandler {
 public:
  static constexpr base::Duration kRequestTimeout = std::chrono::seconds(10);
  static constexpr base::Duration kIdleTimeout = std::chrono::seconds(60);
  static constexpr base::Duration kWriteTimeout = std::chrono::seconds(10);
  static constexpr base::Duration kLingerTimeout = std::chrono::seconds(2);
  static constexpr std::size_t kTargetBytes = 768;  // longest request target; 414 above

  using SmallBuffer = std::array<char, base::limits::kHttpSmallBuffer>;

  /// Both are borrowed and outlive the connection; `small` is its own.
  HttpConnection(HttpShared& shared, SmallBuffer& small);
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;

  bool is_open() const { return static_cast<bool>(fd_); }
  /// Takes over a connected, non-blocking stream socket; only while closed. On an error it stays the caller's.
  base::Result<void> open(os::UniqueFd& fd, const Peer& peer);
  void close();
  /// Since when the peer is waited for: to send its request, to take its answer, or to go. Only while open.
  base::SteadyTime waiting_since() const { return waiting_since_; }
  const Peer& peer() const { return peer_; }
  bool holds_large_buffer() const { return static_cast<bool>(large_); }

 private:
  enum class State : std::uint8_t { kClosed, kReading, kWriting, kLingering };

  bool on_target(std::string_view piece) override;
  bool on_headers_complete() override;

  void on_ready(short events);
  void on_deadline();
  void read();
  void discard();
  void write_rest();
  void wait(State state, base::Duration timeout);
  void expect_request(base::Duration timeout);
  void process_input();
  void answer();
  void serve(HttpResponse& response);
  void refuse(std::uint16_t status, std::string_view sentence);
  void send(HttpResponse& response, LargeBuffers::Lease lease, bool keep_open);
  void after_answer();
  void linger();

  static constexpr std::size_t kInputBytes = 1024;  // of the small buffer: bytes read and not parsed yet
  static constexpr std::size_t kValueBytes = 256;   // of the small buffer: one header value at a time
  static constexpr std::size_t kWorkBytes = base::limits::kHttpSmallBuffer - kInputBytes;
  static_assert(kTargetBytes + kValueBytes == kWorkBytes);
  std::span<char> input() { return std::span(small_).first(kInputBytes); }
  /// Target and header value of the request, and once it was answered, the rest of a short answer.
  std::span<char> work() { return std::span(small_).last(kWorkBytes); }

  HttpShared& shared_;
  SmallBuffer& small_;
  os::UniqueFd fd_;
  Peer peer_;
  event::FdWatch watch_;
  event::Timer deadline_;
  lib::HttpParser parser_;
  LargeBuffers::Lease large_;
  std::string_view unsent_;
  std::size_t target_size_ = 0;
  std::size_t input_begin_ = 0;
  std::size_t input_end_ = 0;
  std::size_t discarded_ = 0;
  base::SteadyTime waiting_since_{};
  State state_ = State::kClosed;
  bool keep_open_ = false;
  bool peer_done_ = false;  // it has shut its side: what is here is answered, then it ends
};
static_assert(sizeof(HttpConnection) <= 512, "base::limits::kBudget counts that much");

}  // namespace net

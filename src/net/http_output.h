// SPDX-License-Identifier: MIT
// What is on its way to one peer: an answer that the peer has not taken yet, or the piece of it that is to go next.
// Owns the large buffer and the body source that the answer needs until it is out. Never blocks, never allocates.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "net/body_source.h"
#include "net/connection.h"
#include "net/large_buffers.h"

namespace net {

class HttpOutput {
 public:
  enum class State : std::uint8_t {
    kDone,    // everything is out
    kWaits,   // for the peer; or there is more and it is the others' turn: go_on() when the socket takes something
    kBroken,  // the connection is of no use any more
  };

  /// `connection` is borrowed and outlives this.
  explicit HttpOutput(Connection& connection) : connection_(connection) {}
  HttpOutput(const HttpOutput&) = delete;
  HttpOutput& operator=(const HttpOutput&) = delete;
  ~HttpOutput() { close(); }

  /// Where the rest of `bytes` stays when the peer does not take them at once: in `lease`, if they are there, else in
  /// `small`; what is too long for that breaks the connection. `constant` follows them.
  State start(std::string_view bytes, std::string_view constant, LargeBuffers::Lease lease, std::span<char> small);
  /// The same, and then the pieces of `source`, which lives in `lease` with them: `room` is what HttpResponse gave.
  State start_pieces(std::string_view bytes, BodySource& source, std::span<char> room, bool chunked,
                     LargeBuffers::Lease lease);
  State go_on();
  /// Forgets everything, gives back what is borrowed.
  void close();

  bool empty() const { return unsent_.empty() && constant_.empty() && source_ == nullptr; }
  bool holds_large_buffer() const { return static_cast<bool>(large_); }
  /// Bytes that were taken by the peer's side of the kernel since start().
  std::size_t taken() const { return taken_; }

 private:
  bool flush(std::string_view& bytes);
  State flush_all();
  bool next_piece();

  Connection& connection_;
  LargeBuffers::Lease large_;
  std::string_view unsent_;
  std::string_view constant_;
  BodySource* source_ = nullptr;
  std::span<char> room_;
  std::size_t taken_ = 0;
  bool chunked_ = false;
  bool broken_ = false;
};

}  // namespace net

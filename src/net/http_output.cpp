// SPDX-License-Identifier: MIT
#include "net/http_output.h"

#include <cstring>
#include <utility>

#include "net/http_response.h"

namespace net {

HttpOutput::State HttpOutput::start(std::string_view bytes, std::string_view constant, LargeBuffers::Lease lease,
                                    std::span<char> small) {
  close();
  unsent_ = bytes;
  constant_ = constant;
  const State state = flush_all();
  if (state != State::kWaits || unsent_.empty()) return state;
  if (unsent_.size() <= small.size()) {
    std::memcpy(small.data(), unsent_.data(), unsent_.size());
    unsent_ = {small.data(), unsent_.size()};
    return State::kWaits;
  }
  large_ = std::move(lease);
  return large_ ? State::kWaits : State::kBroken;
}

HttpOutput::State HttpOutput::start_pieces(std::string_view bytes, BodySource& source, std::span<char> room,
                                           bool chunked, LargeBuffers::Lease lease) {
  close();
  unsent_ = bytes;
  source_ = &source;
  room_ = room;
  chunked_ = chunked;
  large_ = std::move(lease);
  return flush_all();
}

HttpOutput::State HttpOutput::go_on() {
  const State state = flush_all();
  // One piece a turn, however fast the peer reads.
  if (state != State::kWaits || source_ == nullptr || !unsent_.empty()) return state;
  if (!next_piece()) return State::kBroken;
  return flush_all();
}

void HttpOutput::close() {
  if (source_ != nullptr) std::exchange(source_, nullptr)->~BodySource();
  large_.release();
  unsent_ = constant_ = {};
  taken_ = 0;
  broken_ = false;
}

bool HttpOutput::flush(std::string_view& bytes) {
  while (!bytes.empty()) {
    const base::IoResult sent = connection_.write(bytes);
    if (sent.state == base::IoResult::State::kDone) {
      bytes.remove_prefix(sent.bytes);
      taken_ += sent.bytes;
      // A partial write of a socket means that its buffer is full; over TLS it is one record of several.
      if (bytes.empty() || connection_.tls) continue;
      return false;
    }
    broken_ = sent.state == base::IoResult::State::kFailed || sent.state == base::IoResult::State::kClosed;
    return false;
  }
  return true;
}

HttpOutput::State HttpOutput::flush_all() {
  const bool done = flush(unsent_) && flush(constant_) && source_ == nullptr;
  if (broken_) return State::kBroken;
  if (!done) return State::kWaits;
  large_.release();
  return State::kDone;
}

bool HttpOutput::next_piece() {
  base::TextWriter piece(HttpResponse::place_of_body(room_));
  const BodySource::Fill fill = source_->fill(piece);
  if (fill == BodySource::Fill::kFailed || piece.overflowed()) return false;
  const bool last = fill == BodySource::Fill::kDone;
  unsent_ = HttpResponse::frame(room_, piece.size(), chunked_, last);
  if (last) std::exchange(source_, nullptr)->~BodySource();
  return true;
}

}  // namespace net

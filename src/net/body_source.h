// SPDX-License-Identifier: MIT
// Where the body of a long answer comes from, piece by piece, while the loop goes on. Made by HttpResponse::stream();
// destroyed when the answer is out, or the peer has gone or was too slow.
#pragma once

#include <cstdint>

#include "base/text_writer.h"

namespace net {

class BodySource {
 public:
  /// What a piece has room for at least.
  static constexpr std::size_t kPieceBytes = 4096;

  enum class Fill : std::uint8_t {
    kMore,    // there is more; this piece has something
    kDone,    // the body ends with this piece, which may be empty
    kFailed,  // the rest cannot be had: the connection is cut, so that nobody takes the half for the whole
  };

  BodySource() = default;
  BodySource(const BodySource&) = delete;
  BodySource& operator=(const BodySource&) = delete;
  virtual ~BodySource() = default;

  /// Writes the next rows: whole ones, as many as fit (TextWriter::left()), at once and without blocking. Called again
  /// when the peer has taken them.
  virtual Fill fill(base::TextWriter& piece) = 0;
};

}  // namespace net

// SPDX-License-Identifier: MIT
// What came of one read or write that does not wait: some bytes, what to poll(2) for, or the end.
#pragma once

#include <cstddef>
#include <cstdint>

namespace base {

struct IoResult {
  enum class State : std::uint8_t {
    kDone,       // `bytes` of them went, one at least
    kWantRead,   // nothing went: again when there is something to read
    kWantWrite,  // nothing went: again when there is room to write
    kClosed,     // the peer will send nothing more, and said so
    kFailed,     // the connection is of no use any more; its error() says why
  };

  State state = State::kFailed;
  std::size_t bytes = 0;
};

}  // namespace base

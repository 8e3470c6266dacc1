// SPDX-License-Identifier: MIT
// Where the events of a stream come from (Server-Sent Events, WHATWG HTML section 9.2). Each peer has a position of its
// own in it and pulls what comes after that, as fast as it reads: a slow one holds up nobody, and one that comes back
// with its last id goes on there.
#pragma once

#include <cstdint>

#include "base/limits.h"
#include "base/text_writer.h"

namespace net {

class EventSource {
 public:
  /// Longest event. One that is longer is left out.
  static constexpr std::size_t kEventBytes = base::limits::kHttpSmallBuffer - 1;

  /// Writes the first event behind `position`, whole ("id: 8\nevent: alert\ndata: {…}\n\n"), and moves `position` to
  /// it. False: there is none yet; HttpServer::wake() tells when there is.
  virtual bool next(std::uint64_t& position, base::TextWriter& out) = 0;

 protected:
  ~EventSource() = default;
};

}  // namespace net

// SPDX-License-Identifier: MIT
// A connected stream as a client uses it: a socket, with or without TLS over it. Owns both; moved, never copied.
#pragma once

#include <span>
#include <string_view>

#include "base/error.h"
#include "base/io_result.h"
#include "base/time.h"
#include "lib/tls.h"
#include "os/unique_fd.h"

namespace net {

struct Connection {
  os::UniqueFd fd;            // non-blocking, for poll(2)
  base::SteadyTime began{};   // when the connect that succeeded began: names were resolved before
  lib::TlsStream tls = {};    // empty without TLS
  int code = 0;               // errno(3) of the last failure without TLS
  bool request_sent = false;  // whoever connected has sent the client's request already: only the answer is to be read

  base::IoResult read(std::span<char> room);
  /// After a kWant… the same bytes have to be given again.
  base::IoResult write(std::string_view bytes);
  /// Something was received that poll(2) does not tell: read again.
  bool pending() const { return tls && tls.pending(); }
  /// Why a read or write gave kFailed: "`what`: Connection reset by peer".
  base::Error error(std::string_view what) const;
  /// Says goodbye where TLS wants that, without a wait.
  void close();
};

}  // namespace net

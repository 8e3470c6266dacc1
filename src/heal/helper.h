// SPDX-License-Identifier: MIT
// The main process's end of the helper that keeps root: sends requests and hands the replies to those who asked. Owns
// the socket, and takes notice of the helper's end. Trusts the helper, which is its own program.
#pragma once

#include <sys/types.h>

#include "base/callback.h"
#include "base/error.h"
#include "event/fd_watch.h"
#include "heal/helper_protocol.h"
#include "os/unique_fd.h"

namespace heal {

struct HelperReply {
  int error = 0;  // errno(3); EPIPE when the helper ended before it replied, ENOTCONN while one apart cannot be asked
  bool last = true;
  std::string_view text;
  os::UniqueFd fd;  // to be moved from
};

/// Why the helper did nothing at all, for a person; empty when `code` tells of what it was to do.
std::string_view helper_problem(int code);

class HelperCall;

/// Outlives its calls.
class Helper {
 public:
  explicit Helper(event::Loop& loop);
  Helper(const Helper&) = delete;
  Helper& operator=(const Helper&) = delete;

  /// Takes over the socket of a helper that runs; `process` is this process's child.
  base::Result<void> open(os::UniqueFd socket, pid_t process);
  /// Called when it ended, after every call that was under way has its reply.
  void set_on_end(base::Callback<> on_end) { on_end_ = on_end; }
  /// False when there was none, or it ended.
  bool present() const { return static_cast<bool>(socket_); }

 private:
  friend class HelperCall;

  int ask(HelperCall& call);
  void remove(HelperCall& call);
  void on_ready(short events);
  bool receive();
  void on_reply(const Reply& reply, os::UniqueFd fd);
  void on_end();

  os::UniqueFd socket_;
  event::FdWatch watch_;  // after socket_: it leaves the loop before the socket is closed
  pid_t process_ = -1;
  std::uint32_t next_number_ = 1;
  HelperCall* first_ = nullptr;
  base::Callback<> on_end_;
};

/// One thing that the helper is asked for, as often as its owner likes; a value member of whoever asks.
class HelperCall {
 public:
  using OnReply = base::Callback<HelperReply&>;

  HelperCall(Helper& helper, Operation operation, OnReply on_reply)
      : helper_(helper), request_{.operation = operation}, on_reply_(on_reply) {}
  ~HelperCall() { cancel(); }
  HelperCall(const HelperCall&) = delete;
  HelperCall& operator=(const HelperCall&) = delete;

  /// What the next start() asks for; its name is at most what a Request holds, else it is cut, and refused.
  void set(const Request& request) { request_ = request; }
  /// Asks; the replies come from the loop, never from inside here, and in the callback everything is allowed. A call
  /// that is under way is cancelled. 0, or why it cannot be asked: EPIPE when there is no helper.
  int start();
  void cancel();
  bool running() const { return request_.number != 0; }

 private:
  friend class Helper;

  Helper& helper_;
  Request request_;  // its number is 0: not asked
  OnReply on_reply_;
  HelperCall* next_ = nullptr;
};

}  // namespace heal

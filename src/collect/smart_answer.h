// SPDX-License-Identifier: MIT
// One answer of smartctl, as it comes out of a pipe: read while the loop goes on, to its end, to a deadline, or to the
// length that no answer has. Owns the pipe.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "base/callback.h"
#include "collect/smart_json.h"
#include "event/fd_watch.h"
#include "event/loop.h"
#include "event/timer.h"
#include "os/unique_fd.h"

namespace collect {

class SmartAnswer {
 public:
  /// Some twenty times what a disk with everything there is has to say.
  static constexpr std::size_t kLongest = 256 * base::limits::kKib;

  /// `on_done` comes once for each start(), never from inside it; then text() is there until the next start().
  SmartAnswer(event::Loop& loop, base::Callback<const rules::DiskReport&> on_done);
  SmartAnswer(const SmartAnswer&) = delete;
  SmartAnswer& operator=(const SmartAnswer&) = delete;

  /// `pipe` does not block.
  void start(os::UniqueFd pipe, base::SteadyTime deadline);
  void cancel();
  bool running() const { return static_cast<bool>(pipe_); }

  /// JSON: what smartctl said; of more than there is room for the part that counts; empty when it was no JSON.
  std::string_view text() const;

 private:
  void on_ready(short events);
  void on_late();
  void take(std::string_view piece);
  void finish();
  void fail(const char* reason);
  void close();

  base::Callback<const rules::DiskReport&> on_done_;
  os::UniqueFd pipe_;
  event::FdWatch watch_;  // after pipe_: it leaves the loop before that is closed
  event::Timer timer_;
  SmartJson json_;
  std::size_t length_ = 0;
  std::array<char, base::limits::kSmartOutput> room_;
};

}  // namespace collect

// SPDX-License-Identifier: MIT
// Stands in the helper's place where that runs apart, as on the box outside of the container that Limpet is in: a
// process that stays root, forked before the main process becomes an ordinary user. Passes every request on, and every
// reply with its descriptor back, so that the main process sees one helper that is there all the time. Does nothing
// itself but read the configuration, which is this side's own. Owns the connection, and makes it anew.
//
//   While there is none, every request is answered ENOTCONN, and so is what was under way when it ended. It is tried
//   again after kFirstPause, then after twice as long each time, up to kLongestPause. A helper that is only started
//   anew is back by the first, and nobody is told.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/fixed_string.h"
#include "heal/helper_messages.h"
#include "heal/helper_server.h"
#include "os/clock.h"
#include "os/unique_fd.h"

namespace heal {

class HelperRelay {
 public:
  static constexpr std::chrono::milliseconds kFirstPause{1000};
  static constexpr std::chrono::milliseconds kLongestPause{30'000};
  /// Requests that the helper has not answered yet; one more is refused with EBUSY.
  static constexpr std::size_t kMostPending = 64;

  /// `socket`, one end of os::make_message_pair(), and `source` are borrowed. `path` is where the helper listens.
  HelperRelay(int socket, std::string path, HelperSettings settings, SettingsSource& source)
      : socket_(socket), path_(std::move(path)), settings_(std::move(settings)), source_(source) {}

  /// Until the main process ends.
  void run();

 private:
  void connect();
  void lose();
  void set_problem(std::string_view problem);
  void tell_state();
  bool take_request();
  void take_reply();
  void pass_on(const Request& request);
  void refuse(std::uint32_t number, int code) const;
  int wait_ms() const;

  int socket_;
  std::string path_;
  HelperSettings settings_;
  SettingsSource& source_;
  os::SystemClock clock_;
  os::UniqueFd helper_;  // the connection; none: it is tried again at next_try_
  std::chrono::milliseconds pause_ = kFirstPause;
  base::SteadyTime next_try_{};
  bool told_ = false;
  base::FixedString<255> problem_;                     // why there is none; empty: there is one
  std::array<std::uint32_t, kMostPending> pending_{};  // 0: free
  std::uint32_t state_call_ = 0;                       // who asked for kHelperState; 0: nobody yet
};

}  // namespace heal

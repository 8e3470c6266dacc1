// SPDX-License-Identifier: MIT
// A command run and told of on MQTT as it starts and ends. The command comes first: it is started before anything else,
// has this process's terminal, files and process group, and waits for the broker never; only this process's own end
// does, for kLongestFarewell at most. Owns the child, the loop and the session.
//
// Signals. The child is in the same process group, as with a shell's job: what the terminal sends reaches it without
// us, and stops both. What is sent to this process alone is handed on, unless the child ended by it meanwhile (it was
// sent to the whole group). Where the child is stopped by the terminal, this process stops itself, so that the shell
// sees a stopped job; SIGCONT goes on to the child.
#pragma once

#include <sys/types.h>

#include <array>
#include <string>
#include <string_view>

#include "base/error.h"
#include "config/settings.h"
#include "event/loop.h"
#include "event/signals.h"
#include "event/timer.h"
#include "net/mqtt_session.h"
#include "net/resolver.h"
#include "net/tls_service.h"
#include "os/clock.h"
#include "os/timezone.h"
#include "rules/conch_message.h"

namespace app {

struct CommandRunInput {
  const char* const* argv = nullptr;  // the command; the last is nullptr
  std::string_view name;              // what it is called; empty: as it is written
  config::Settings settings;          // of which [mqtt] and [limpet] count; without a broker nobody is told
};

class CommandRun {
 public:
  static constexpr std::chrono::milliseconds kLongestFarewell{1900};

  explicit CommandRun(CommandRunInput input);
  CommandRun(const CommandRun&) = delete;
  CommandRun& operator=(const CommandRun&) = delete;

  /// Until the command ended and that was told, or could not be. The status to exit with: the command's, 128 + n where
  /// it ended by signal n, 127 when there is none of that name, 126 when it cannot be run.
  int run();
  /// Why the command could not be started; nothing: it could.
  const std::optional<base::Error>& start_problem() const { return start_problem_; }
  /// Why the broker does not know all; empty: it does.
  std::string_view untold() const { return untold_.view(); }

 private:
  struct Telling {
    std::string topic;
    std::string payload;
  };

  void start_command();
  void start_session();
  void on_signal(const event::Signal& signal);
  void hand_on();
  void look_at_child();
  void on_end(int wait_status);
  void tell(const rules::ConchMessage& message);
  void publish_next();
  void on_published(int number);
  void on_farewell();
  rules::ConchMessage message(rules::ConchTopic topic) const;

  CommandRunInput input_;
  os::SystemClock clock_;
  event::Loop loop_;
  event::Signals signals_;
  event::Timer hand_on_timer_;
  event::Timer farewell_timer_;
  os::Timezone timezone_;
  net::Resolver resolver_;
  net::TlsService tls_;
  net::MqttSession session_;
  std::string command_;
  std::string client_id_;
  std::optional<base::Error> start_problem_;
  pid_t child_ = -1;
  base::SteadyTime started_at_{};
  base::SteadyTime farewell_end_{};
  int to_hand_on_ = 0;        // a signal
  bool interrupted_ = false;  // by INT, QUIT or TERM
  bool ended_ = false;
  int exit_status_ = 0;
  std::array<Telling, 2> tellings_;  // the start and the end
  std::size_t told_ = 0;             // of tellings_
  std::size_t published_ = 0;        // of told_
  std::size_t confirmed_ = 0;        // of published_
  base::FixedString<base::Error::kMaxText> untold_;
};

}  // namespace app

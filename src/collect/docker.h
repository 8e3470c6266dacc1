// SPDX-License-Identifier: MIT
// The containers of this box, as an engine that speaks Docker's API tells of them over its UNIX socket: keeps its
// events open and looks again now and then, and gives what it hears to rules::ContainerWatch. Decides nothing about a
// container itself. Memory and connections do not depend on how many there are.
//
//   away       nobody answers: the next try when the backoff is over
//   asking     GET /version: which version of the API to speak
//   opening    GET /events: from here on nothing is missed
//   listing    GET /containers/json: what there is
//   looking    GET /containers/{id}/json, one after the other
//   open       waits for events. What one of them leaves open is inspected at once; each check_interval it lists again
//
// Whatever breaks, or is no answer, leads to "away" and to a new beginning with all of it. The engine's list, not its
// events, has the last word.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/callback.h"
#include "base/fixed_string.h"
#include "base/limits.h"
#include "collect/docker_json.h"
#include "collect/docker_stream.h"
#include "event/loop.h"
#include "event/timer.h"
#include "rules/container_watch.h"

namespace collect {

struct DockerStatus {
  bool known = false;                                        // one try has come to its list, or failed
  bool answers = false;                                      // what the watch has is what the engine has
  base::FixedString<191> reason{"it has not answered yet"};  // when it does not, for a person
  base::FixedString<31> version;                             // of the engine that answered last
  base::SteadyTime listed_at{};                              // its last list; the epoch: there was none
  std::uint64_t events = 0;
  std::uint64_t lists = 0;     // looks at all there is: at the start, after each gap, each check_interval
  std::uint64_t gaps = 0;      // how often it was lost after it had answered
  std::uint64_t failures = 0;  // tries that came to nothing, and gaps
  std::uint64_t skipped = 0;   // elements that were too long, or made no sense
};

class Docker {
 public:
  /// An answer of an engine under load may take this long, what it says of one container less.
  static constexpr std::chrono::seconds kTimeout{10};
  static constexpr std::chrono::seconds kInspectTimeout{5};

  /// All are borrowed. `on_heard` comes from the loop after the watch or the status has changed.
  Docker(event::Loop& loop, DockerGate& events_gate, DockerGate& query_gate, rules::ContainerWatch& watch,
         base::Callback<> on_heard);
  Docker(const Docker&) = delete;
  Docker& operator=(const Docker&) = delete;

  /// Begins, or begins anew. `socket_path`, of the engine's socket, is for what is said about it; empty: there is none.
  void start(std::string_view socket_path, std::chrono::seconds check_interval);
  /// The settings changed, but not the engine.
  void set_check_interval(std::chrono::seconds check_interval) { check_interval_ = check_interval; }

  /// Does now what would be due before the next cycle, so that nothing wakes up the box between two.
  void on_cycle(base::Duration until_next);

  const DockerStatus& status() const { return status_; }

 private:
  enum class Phase : std::uint8_t { kAway, kAsking, kOpening, kListing, kLooking, kOpen };

  void on_time();
  void ask_version();
  void ask_list();
  void look_at_next();
  void on_events_begin();
  void on_event(const rules::JsonElement& element);
  void on_events_end(const DockerEnd& end);
  void on_element(const rules::JsonElement& element);
  void on_answer(const DockerEnd& end);
  void on_version(const DockerEnd& end);
  void on_list(const DockerEnd& end);
  void on_inspected(const DockerEnd& end);
  void become_open();
  void fail(std::string_view reason);
  void fail(const DockerEnd& end, const char* expected);

  event::Loop& loop_;
  rules::ContainerWatch& watch_;
  base::Callback<> on_heard_;
  event::Timer timer_;
  std::string socket_path_;
  std::chrono::seconds check_interval_{30};
  Phase phase_ = Phase::kAway;
  unsigned failures_ = 0;  // in a row
  std::uint32_t api_ = 0;
  rules::ContainerId inspected_;
  bool element_read_ = false;  // of an answer with one
  std::array<std::byte, base::limits::kDockerValues> values_;
  lib::JsonReader json_{values_};
  DockerStatus status_;
  DockerStream events_;
  DockerStream query_;
};

}  // namespace collect

// SPDX-License-Identifier: MIT
// What is known of a container, and what an engine tells of one. Plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/fixed_string.h"
#include "base/time.h"

namespace rules {

enum class ContainerState : std::uint8_t { kUnknown, kRunning, kStopped, kRestarting, kPaused, kExited };
enum class ContainerHealth : std::uint8_t { kNone, kStarting, kHealthy, kUnhealthy };

using ContainerId = base::FixedString<12>;    // the beginning of the engine's 64 characters, as people write it
using ContainerName = base::FixedString<79>;  // without the slash that an engine writes before it; cut when longer

/// Status of the engine: created, running, paused, restarting, removing, exited, dead; of Podman also configured,
/// initialized, stopped, stopping. What is none of them is kUnknown. Source: Docker Engine API, ContainerInspect.
ContainerState parse_container_state(std::string_view text);
/// Also the rest of an event's name, as in "health_status: healthy".
ContainerHealth parse_container_health(std::string_view text);

/// One entry of the engine's list.
struct ContainerListed {
  ContainerId id;
  ContainerName name;
  ContainerState state{};
};

/// What inspecting one container told.
struct ContainerFacts {
  ContainerId id;
  ContainerName name;
  ContainerState state{};
  ContainerHealth health{};
  std::optional<base::Duration> age;  // in this state
  std::int32_t exit_code = 0;
  std::uint32_t restarts = 0;
  bool oom_killed = false;
  bool auto_remove = false;
  bool restarts_itself = false;  // the engine has a policy of starting it again
};

struct ContainerEvent {
  enum class Kind : std::uint8_t {
    kOther,
    kStart,
    kDie,
    kKill,
    kStop,
    kOom,
    kPause,
    kUnpause,
    kHealth,
    kRename,
    kDestroy,
  };

  Kind kind = Kind::kOther;
  ContainerId id;
  ContainerName name;
  ContainerHealth health{};    // of kHealth
  std::int32_t exit_code = 0;  // of kDie
  bool tells_kills = true;     // of kDie: that somebody stops one is an event too, see kKill; not of Podman
  std::int32_t signal = 0;     // of kKill
};

/// Of the event's action: "start", "health_status: unhealthy".
ContainerEvent::Kind parse_container_event_kind(std::string_view action);

/// What outlives the run of Limpet.
struct ContainerMemory {
  ContainerName name;
  ContainerId id;  // empty: there is no such container
  ContainerState state{};
  ContainerState told{};  // kRunning, kStopped, kRestarting: what people know of it; kUnknown: they know nothing
  std::uint32_t restarts = 0;
  bool crashed = false;       // it exited by itself with a code other than 0, or for want of memory
  bool seen_running = false;  // by Limpet, ever
  bool unhealthy_told = false;
};

}  // namespace rules

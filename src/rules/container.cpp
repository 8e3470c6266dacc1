// SPDX-License-Identifier: MIT
#include "rules/container.h"

#include <array>

namespace rules {
namespace {

template <class Value>
struct Word {
  std::string_view text;
  Value value;
};

template <class Value, std::size_t N>
constexpr Value find(const std::array<Word<Value>, N>& words, std::string_view text, Value otherwise) {
  for (const auto& word : words) {
    if (word.text == text) return word.value;
  }
  return otherwise;
}

using enum ContainerState;
constexpr std::array<Word<ContainerState>, 12> kStates = {{
    {"running", kRunning},
    {"stopping", kRunning},
    {"restarting", kRestarting},
    {"paused", kPaused},
    {"exited", kExited},
    {"stopped", kExited},  // Podman's word until it has cleaned up after it
    {"created", kStopped},
    {"configured", kStopped},
    {"initialized", kStopped},
    {"dead", kStopped},
    {"removing", kStopped},
    {"removed", kStopped},
}};

constexpr std::array<Word<ContainerHealth>, 3> kHealths = {{
    {"starting", ContainerHealth::kStarting},
    {"healthy", ContainerHealth::kHealthy},
    {"unhealthy", ContainerHealth::kUnhealthy},
}};

using Kind = ContainerEvent::Kind;
constexpr std::array<Word<Kind>, 13> kKinds = {{
    {"start", Kind::kStart},
    {"restart", Kind::kStart},
    {"die", Kind::kDie},
    {"died", Kind::kDie},  // Podman's word
    {"kill", Kind::kKill},
    {"stop", Kind::kStop},
    {"oom", Kind::kOom},
    {"pause", Kind::kPause},
    {"unpause", Kind::kUnpause},
    {"health_status", Kind::kHealth},
    {"rename", Kind::kRename},
    {"destroy", Kind::kDestroy},
    {"remove", Kind::kDestroy},  // Podman's word
}};

}  // namespace

ContainerState parse_container_state(std::string_view text) { return find(kStates, text, kUnknown); }

ContainerHealth parse_container_health(std::string_view text) { return find(kHealths, text, ContainerHealth::kNone); }

ContainerEvent::Kind parse_container_event_kind(std::string_view action) {
  return find(kKinds, action.substr(0, action.find(':')), Kind::kOther);
}

}  // namespace rules

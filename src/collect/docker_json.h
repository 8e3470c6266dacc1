// SPDX-License-Identifier: MIT
// What an engine's JSON says, after the filter left only what is wanted of it. Pure but for the reader's memory.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "lib/json.h"
#include "rules/container.h"

namespace collect {

struct DockerVersion {
  std::uint32_t api = 0;         // the newest that it speaks: N of 1.N
  std::uint32_t oldest_api = 0;  // and the oldest
  base::FixedString<31> engine;  // "20.10.24+dfsg1"
};

/// The members that these functions look at, see rules/json_filter.h. Those of all answers but the events are in one
/// list: none means something else in another.
inline constexpr std::array<std::string_view, 15> kAnswerMembers = {"ApiVersion",
                                                                    "MinAPIVersion",
                                                                    "Version",
                                                                    "Id",
                                                                    "Name",
                                                                    "Names",
                                                                    "RestartCount",
                                                                    "State.Status",
                                                                    "State.ExitCode",
                                                                    "State.OOMKilled",
                                                                    "State.StartedAt",
                                                                    "State.FinishedAt",
                                                                    "State.Health.Status",
                                                                    "HostConfig.AutoRemove",
                                                                    "HostConfig.RestartPolicy.Name"};
inline constexpr std::array<std::string_view, 7> kEventMembers = {"Type",
                                                                  "Action",
                                                                  "Actor.ID",
                                                                  "Actor.Attributes.name",
                                                                  "Actor.Attributes.exitCode",
                                                                  "Actor.Attributes.containerExitCode",  // Podman's
                                                                  "Actor.Attributes.signal"};

// Each gives nothing when a member that must be there is not, or is of another kind.
std::optional<DockerVersion> parse_docker_version(lib::JsonReader& json, std::string_view text);
std::optional<rules::ContainerListed> parse_listed_container(lib::JsonReader& json, std::string_view text);
std::optional<rules::ContainerFacts> parse_container_facts(lib::JsonReader& json, std::string_view text,
                                                           base::WallTime now);
/// Of a container. Its kind may be kOther.
std::optional<rules::ContainerEvent> parse_container_event(lib::JsonReader& json, std::string_view text);

}  // namespace collect

// SPDX-License-Identifier: MIT
// What an engine that speaks Docker's API is asked, as the targets of HTTP requests: the only ones that Limpet ever
// sends. Both the main process and the helper that keeps root write them from here. Source: Docker Engine API. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/fixed_string.h"

namespace rules {

enum class DockerQuery : std::uint32_t {
  kVersion = 1,  // GET /version
  kEvents,       // GET /events, without an end
  kList,         // GET /containers/json?all=1
  kInspect,      // GET /containers/NAME/json
  kRestart,      // POST /containers/NAME/restart
};
constexpr bool names_container(DockerQuery query) {
  return query == DockerQuery::kInspect || query == DockerQuery::kRestart;
}

struct DockerRequest {
  DockerQuery query{};
  std::uint32_t api_minor = 0;      // N of version 1.N of the API; 0: the engine's own newest
  std::string_view container = {};  // name or id, if the query names one
};

/// A name or an id as engines have it, [a-zA-Z0-9][a-zA-Z0-9_.-]*, of at most 127 characters: nothing in it can be more
/// than a name in a target.
bool is_container_name(std::string_view name);

using DockerTarget = base::FixedString<447>;

/// "/v1.41/containers/json?all=1". The name is one that is_container_name().
DockerTarget docker_target(const DockerRequest& request);

/// "1.41" is 41. Nothing when it is no version 1.N.
std::optional<std::uint32_t> parse_docker_api(std::string_view text);

/// The version to speak with an engine that speaks all from `oldest` to `newest`: the one that this program was written
/// for, or the nearest to it. Nothing when the engine is older than what is needed.
std::optional<std::uint32_t> choose_docker_api(std::uint32_t oldest, std::uint32_t newest);

}  // namespace rules

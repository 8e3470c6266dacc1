// SPDX-License-Identifier: MIT
#include "rules/docker_request.h"

#include <algorithm>
#include <charconv>

namespace rules {
namespace {

constexpr std::size_t kLongestName = 127;

constexpr std::uint32_t kWrittenFor = 41;  // Docker 20.10; also what Podman 4 and 5 speak
constexpr std::uint32_t kNeeded = 25;      // Docker 1.13: health checks, events with filters

// {"type":["container"],"event":[…]}, percent-encoded (RFC 3986): without the three events of each health check. "died"
// and "remove" are Podman's words.
constexpr std::string_view kEvents =
    "/events?filters=%7B%22type%22%3A%5B%22container%22%5D%2C%22event%22%3A%5B%22start%22%2C%22die%22%2C%22died%22%2C"
    "%22kill%22%2C%22stop%22%2C%22oom%22%2C%22pause%22%2C%22unpause%22%2C%22health_status%22%2C%22rename%22%2C"
    "%22destroy%22%2C%22remove%22%5D%7D";

bool is_letter_or_digit(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

}  // namespace

bool is_container_name(std::string_view name) {
  if (name.empty() || name.size() > kLongestName || !is_letter_or_digit(name.front())) return false;
  return std::ranges::all_of(name, [](char c) { return is_letter_or_digit(c) || c == '_' || c == '.' || c == '-'; });
}

DockerTarget docker_target(const DockerRequest& request) {
  DockerTarget target;
  if (request.api_minor > 0) target.appendf("/v1.%u", request.api_minor);
  switch (request.query) {
    case DockerQuery::kVersion:
      target.append("/version");
      break;
    case DockerQuery::kEvents:
      target.append(kEvents);
      break;
    case DockerQuery::kList:
      target.append("/containers/json?all=1");
      break;
    case DockerQuery::kInspect:
      target.append("/containers/").append(request.container).append("/json");
      break;
    case DockerQuery::kRestart:
      target.append("/containers/").append(request.container).append("/restart");
      break;
  }
  return target;
}

std::optional<std::uint32_t> parse_docker_api(std::string_view text) {
  if (!text.starts_with("1.")) return std::nullopt;
  text.remove_prefix(2);
  std::uint32_t minor = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), minor);
  if (error != std::errc() || end != text.data() + text.size() || minor > 9999) return std::nullopt;
  return minor;
}

std::optional<std::uint32_t> choose_docker_api(std::uint32_t oldest, std::uint32_t newest) {
  if (newest < kNeeded || newest < oldest) return std::nullopt;
  return std::clamp(kWrittenFor, oldest, newest);
}

}  // namespace rules

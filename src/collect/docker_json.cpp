// SPDX-License-Identifier: MIT
#include "collect/docker_json.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "rules/docker_request.h"
#include "rules/iso_time.h"

namespace collect {
namespace {

lib::JsonValue root_of(lib::JsonReader& json, std::string_view text) {
  const auto value = json.read(text);
  return value ? *value : lib::JsonValue();
}

std::string_view text_of(lib::JsonValue value) { return value.string().value_or(std::string_view()); }

template <class Number>
Number number_of(lib::JsonValue value) {
  const std::int64_t number = value.integer().value_or(0);
  return static_cast<Number>(
      std::clamp<std::int64_t>(number, std::numeric_limits<Number>::min(), std::numeric_limits<Number>::max()));
}

// Attributes of events are texts.
std::int32_t number_in(std::string_view text) {
  std::int32_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

bool is_id(std::string_view text) {
  return text.size() >= rules::ContainerId::capacity() && rules::is_container_name(text.substr(0, 12));
}

rules::ContainerId id_of(std::string_view text) { return {text.substr(0, rules::ContainerId::capacity())}; }

std::string_view without_slash(std::string_view name) {
  if (name.starts_with('/')) name.remove_prefix(1);
  return name;
}

// Of several names, those with a second slash are links to it: "/web/database".
std::string_view name_of(lib::JsonValue names) {
  std::string_view name;
  for (auto entry = names.first(); entry; entry = entry.next()) {
    name = without_slash(text_of(entry));
    if (!name.contains('/')) break;
  }
  return name;
}

// Nothing where the engine does not say since when, or by a clock that is ahead of ours.
std::optional<base::Duration> age_of(rules::ContainerState in, lib::JsonValue state, base::WallTime now) {
  const bool runs = in == rules::ContainerState::kRunning;
  if (!runs && in != rules::ContainerState::kExited) return std::nullopt;
  const auto began = rules::parse_iso_time(text_of(state.member(runs ? "StartedAt" : "FinishedAt")));
  if (!began || !began->instant || *began->instant > now) return std::nullopt;
  return now - *began->instant;
}

}  // namespace

std::optional<DockerVersion> parse_docker_version(lib::JsonReader& json, std::string_view text) {
  const lib::JsonValue root = root_of(json, text);
  const auto api = rules::parse_docker_api(text_of(root.member("ApiVersion")));
  if (!api) return std::nullopt;
  DockerVersion version;
  version.api = *api;
  version.oldest_api = rules::parse_docker_api(text_of(root.member("MinAPIVersion"))).value_or(0);
  version.engine.append(text_of(root.member("Version")));
  return version;
}

std::optional<rules::ContainerListed> parse_listed_container(lib::JsonReader& json, std::string_view text) {
  const lib::JsonValue root = root_of(json, text);
  const std::string_view id = text_of(root.member("Id"));
  const std::string_view name = name_of(root.member("Names"));
  if (!is_id(id) || name.empty()) return std::nullopt;
  return rules::ContainerListed{
      .id = id_of(id), .name = name, .state = rules::parse_container_state(text_of(root.member("State")))};
}

std::optional<rules::ContainerFacts> parse_container_facts(lib::JsonReader& json, std::string_view text,
                                                           base::WallTime now) {
  const lib::JsonValue root = root_of(json, text);
  const lib::JsonValue state = root.member("State");
  const lib::JsonValue host = root.member("HostConfig");
  const std::string_view id = text_of(root.member("Id"));
  const std::string_view name = without_slash(text_of(root.member("Name")));
  if (!is_id(id) || name.empty() || !state.member("Status").string()) return std::nullopt;
  const std::string_view policy = text_of(host.member("RestartPolicy").member("Name"));
  rules::ContainerFacts facts;
  facts.id = id_of(id);
  facts.name.append(name);
  facts.state = rules::parse_container_state(text_of(state.member("Status")));
  facts.age = age_of(facts.state, state, now);
  facts.health = rules::parse_container_health(text_of(state.member("Health").member("Status")));
  facts.exit_code = number_of<std::int32_t>(state.member("ExitCode"));
  facts.restarts = number_of<std::uint32_t>(root.member("RestartCount"));
  facts.oom_killed = state.member("OOMKilled").boolean().value_or(false);
  facts.auto_remove = host.member("AutoRemove").boolean().value_or(false);
  facts.restarts_itself = !policy.empty() && policy != "no";
  return facts;
}

std::optional<rules::ContainerEvent> parse_container_event(lib::JsonReader& json, std::string_view text) {
  const lib::JsonValue root = root_of(json, text);
  const lib::JsonValue actor = root.member("Actor");
  const lib::JsonValue attributes = actor.member("Attributes");
  const std::string_view action = text_of(root.member("Action"));
  const std::string_view id = text_of(actor.member("ID"));
  if (text_of(root.member("Type")) != "container" || action.empty() || !is_id(id)) return std::nullopt;
  const lib::JsonValue code = attributes.member("exitCode");
  const lib::JsonValue podman_code = attributes.member("containerExitCode");
  rules::ContainerEvent event;
  event.kind = rules::parse_container_event_kind(action);
  event.id = id_of(id);
  event.name.append(without_slash(text_of(attributes.member("name"))));
  if (const std::size_t colon = action.find(": "); colon != std::string_view::npos) {
    event.health = rules::parse_container_health(action.substr(colon + 2));
  }
  event.exit_code = number_in(text_of(code ? code : podman_code));
  event.tells_kills = !podman_code;
  event.signal = number_in(text_of(attributes.member("signal")));
  return event;
}

}  // namespace collect

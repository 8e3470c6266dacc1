// SPDX-License-Identifier: MIT
#include "app/older_json.h"

#include <charconv>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/text.h"

namespace app {
namespace {

constexpr std::size_t kJsonMemory = std::size_t{256} * 1024;

// Where config.json calls a thing otherwise than the variable for it.
constexpr std::pair<std::string_view, std::string_view> kConchNames[] = {
    {"MQTT_BROKER_HOST", "MQTT_BROKER"},
    {"MQTT_BROKER_PORT", "MQTT_PORT"},
    {"MONITORING_TIMEOUT_MINUTES", "CONCH_TIMEOUT_MINUTES"},
    {"MONITORING_CHECK_INTERVAL_SECONDS", "CONCH_CHECK_INTERVAL"},
    {"MONITORING_STATUS_INTERVAL_SECONDS", "CONCH_STATUS_INTERVAL"},
    {"CLIENT_ID", "CONCH_CLIENT_ID"},
};

std::string variable_name(const std::string& name) {
  for (const auto& [here, variable] : kConchNames) {
    if (name == here) return std::string(variable);
  }
  return name;
}

std::string in_capitals(std::string_view name) {
  std::string capitals(name);
  for (char& c : capitals) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (c == '-' || c == '.') c = '_';
  }
  return capitals;
}

// Nothing for what a variable cannot hold.
std::optional<std::string> as_text(const lib::JsonValue& value) {
  if (const auto text = value.string()) return std::string(*text);
  if (const auto number = value.integer()) return std::to_string(*number);
  if (const auto yes = value.boolean()) return std::string(*yes ? "yes" : "no");
  return std::nullopt;
}

void tell_members(const lib::JsonValue& object, const std::string& prefix, config::Loader& loader) {
  for (lib::JsonValue member = object.first(); member; member = member.next()) {
    const std::string name = prefix + in_capitals(member.name());
    if (member.kind() == lib::JsonValue::Kind::kObject) {
      tell_members(member, name + "_", loader);
    } else if (const std::optional<std::string> text = as_text(member)) {
      loader.on_variable(0, variable_name(name), *text);
    } else if (member.kind() != lib::JsonValue::Kind::kNull) {
      loader.on_bad_variable(0, config::shown(member.name()) + ": this is no text and no number; left alone.");
    }
  }
}

// Of approved_services.json.
class Approved {
 public:
  Approved(std::string_view host_name, config::Loader& loader) : host_name_(host_name), loader_(loader) {}

  void add_service(std::string_view name) {
    name = config::trim(name);
    if (name.contains('*')) {
      return leave(name, "[systemd] restart takes the names of services, without stars");
    }
    if (!name.empty()) names_.append(names_.empty() ? "" : ", ").append(name);
  }

  void add_rule(const lib::JsonValue& rule) {
    const std::string_view service = rule.member("service").string().value_or("");
    const std::string_view host = config::trim(rule.member("host").string().value_or(""));
    if (service.empty()) return loader_.on_bad_variable(0, "a rule without a service; left out.");
    if (host == host_name_ || host == "*") return add_service(service);
    leave(service, "that is for " + config::shown(host) + ", and this box is " + config::shown(host_name_));
  }

  void finish() {
    if (!names_.empty()) loader_.on_variable(0, "LIMPET_SYSTEMD_RESTART", names_);
  }

 private:
  void leave(std::string_view service, const std::string& why) {
    loader_.on_bad_variable(0, config::shown(service) + ": " + why + "; left out.");
  }

  std::string_view host_name_;
  config::Loader& loader_;
  std::string names_;
};

}  // namespace

std::expected<void, lib::JsonMistake> parse_older_json(std::string_view text, std::string_view host_name,
                                                       config::Loader& loader) {
  std::vector<std::byte> memory(kJsonMemory);
  lib::JsonReader reader(memory);
  const std::expected<lib::JsonValue, lib::JsonMistake> json = reader.read(text);
  if (!json) return std::unexpected(json.error());
  Approved approved(host_name, loader);
  const lib::JsonValue allow = json->member("allow");
  if (json->kind() == lib::JsonValue::Kind::kArray) {
    for (lib::JsonValue name = json->first(); name; name = name.next())
      approved.add_service(name.string().value_or(""));
  } else if (allow.kind() == lib::JsonValue::Kind::kArray) {
    for (lib::JsonValue rule = allow.first(); rule; rule = rule.next()) approved.add_rule(rule);
  } else {
    tell_members(*json, {}, loader);
  }
  approved.finish();
  return {};
}

}  // namespace app

// SPDX-License-Identifier: MIT
#include <stdio.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>

#include "app/command_run.h"
#include "base/log.h"
#include "cli/command.h"
#include "cli/exit_status.h"
#include "cli/help.h"
#include "cli/messages.h"
#include "cli/options.h"

namespace cli {
namespace {

constexpr std::string_view kOwnOptions[] = {"--name", "--broker"};

struct Broker {
  std::string host;
  std::optional<std::uint16_t> port;
};

// HOST, HOST:PORT, [ADDRESS]:PORT, or an IPv6 address by itself.
std::optional<Broker> parse_broker(std::string_view text) {
  Broker broker;
  std::string_view port;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    broker.host = text.substr(1, end - 1);
    port = text.substr(end + 1);
    if (!port.empty() && !port.starts_with(':')) return std::nullopt;
  } else {
    const std::size_t colon = text.find(':');
    const bool address = colon != std::string_view::npos && text.find(':', colon + 1) != std::string_view::npos;
    broker.host = text.substr(0, address ? text.size() : colon);
    if (!address && colon != std::string_view::npos) port = text.substr(colon);
  }
  if (broker.host.empty() || broker.host.contains('/')) return std::nullopt;
  if (port.empty()) return broker;
  std::uint16_t number = 0;
  const char* const end = port.data() + port.size();
  const auto [behind, code] = std::from_chars(port.data() + 1, end, number);
  if (code != std::errc() || behind != end || number == 0) return std::nullopt;
  broker.port = number;
  return broker;
}

struct RunOptions {
  CommonOptions common;
  std::string_view name;
  std::optional<Broker> broker;
};

// An option and its value in one word or two.
base::Result<RunOptions> parse_run_options(Arguments arguments) {
  base::Result<CommonOptions> common = parse_options(arguments, kOwnOptions);
  if (!common) return std::unexpected(common.error());
  RunOptions options{.common = std::move(*common), .name = {}, .broker = {}};
  std::span<const std::string_view> rest = options.common.rest;
  while (!rest.empty()) {
    const std::string_view word = rest.front();
    const std::string_view option = word.substr(0, word.find('='));
    rest = rest.subspan(1);
    if (option != "--name" && option != "--broker")
      return std::unexpected(base::Error("the command stands behind --, as in: limpet run -- sleep 300"));
    std::string_view value = word.substr(std::min(option.size() + 1, word.size()));
    if (option.size() == word.size() && !rest.empty()) {
      value = rest.front();
      rest = rest.subspan(1);
    }
    if (option == "--name") {
      if (value.empty()) return std::unexpected(base::Error("--name needs a name"));
      options.name = value;
    } else if (options.broker = parse_broker(value); !options.broker) {
      return std::unexpected(base::Error("--broker needs HOST or HOST:PORT"));
    }
  }
  return options;
}

// A configuration with mistakes, or one that this user may not read, must not keep the command from running: then the
// environment's variables count alone, and if not even those are right, nothing does.
config::Settings settings_of(const RunOptions& options) {
  app::SettingsInputs inputs = settings_inputs(options.common);
  config::Loaded loaded = app::load_settings(inputs);
  if (!loaded.ok()) {
    inputs.config_file = "/dev/null";
    inputs.env_file.clear();
    loaded = app::load_settings(inputs);
  }
  if (!loaded.ok()) {
    inputs.environment = nullptr;
    loaded = app::load_settings(inputs);
  }
  if (options.broker) {
    loaded.settings.mqtt_broker = options.broker->host;
    loaded.settings.mqtt_port = options.broker->port.value_or(loaded.settings.mqtt_tls ? 8883 : 1883);
  }
  return std::move(loaded.settings);
}

}  // namespace

int run(Arguments arguments) {
  const auto dashes = std::ranges::find(arguments, std::string_view("--"));
  const auto own = static_cast<std::size_t>(dashes - arguments.begin());
  const base::Result<RunOptions> options = parse_run_options(arguments.first(own));
  if (!options) return usage_error("run", options.error().text());
  if (options->common.help) return print_help(help::kRun);
  if (own + 1 >= arguments.size())
    return usage_error("run", "there is no command behind --, as in: limpet run -- sleep 300");

  // What is said on stderr is the command's, but for one line at the end.
  base::log::configure(base::log::Level::kError, base::log::Target::kStderr);
  config::Settings settings = settings_of(*options);
  const bool no_broker = settings.mqtt_broker.empty();
  // argv of main(): the last is a null pointer.
  const auto command = std::make_unique<app::CommandRun>(
      app::CommandRunInput{.argv = arguments.data() + own + 1, .name = options->name, .settings = std::move(settings)});
  const int status = command->run();
  if (command->start_problem()) ::fprintf(stderr, "limpet run: %s\n", command->start_problem()->c_str());
  if (no_broker) {
    ::fprintf(stderr, "limpet run: nobody is told of this command: there is no [mqtt] broker and no --broker\n");
  } else if (!command->untold().empty()) {
    ::fprintf(stderr, "limpet run: the broker does not know all of this command: %.*s\n",
              static_cast<int>(command->untold().size()), command->untold().data());
  }
  return status;
}

}  // namespace cli

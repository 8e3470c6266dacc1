// SPDX-License-Identifier: MIT
#include "cli/options.h"

#include <stdio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <optional>

#include "cli/exit_status.h"
#include "cli/help.h"
#include "cli/messages.h"
#include "config/nearest.h"

namespace cli {
namespace {

constexpr std::array<std::string_view, 4> kCommon = {"-c", "--env-file", "--help", "-h"};

base::Error unknown_option(std::string_view name, std::span<const std::string_view> own) {
  config::Nearest nearest(name);
  for (const std::string_view option : kCommon) nearest.consider(option);
  for (const std::string_view option : own) nearest.consider(option);
  const auto print = [](std::string_view text) { return static_cast<int>(std::min<std::size_t>(text.size(), 60)); };
  if (nearest.best().empty()) return base::Error::format("there is no option %.*s", print(name), name.data());
  return base::Error::format("there is no option %.*s. Did you mean %.*s?", print(name), name.data(),
                             print(nearest.best()), nearest.best().data());
}

// The value of an option: behind its =, or the next word. nullopt when there is none.
std::optional<std::string> take_value(std::string_view argument, std::string_view name, Arguments& arguments) {
  std::string value;
  if (argument.size() > name.size()) {
    value = argument.substr(name.size() + 1);
  } else if (!arguments.empty()) {
    value = arguments.front();
    arguments = arguments.subspan(1);
  }
  if (value.empty()) return std::nullopt;
  return value;
}

}  // namespace

base::Result<CommonOptions> parse_options(Arguments arguments, std::span<const std::string_view> own) {
  CommonOptions options;
  bool only_words = false;
  while (!arguments.empty()) {
    const std::string_view argument = arguments.front();
    const std::string_view name = argument.substr(0, argument.find('='));
    arguments = arguments.subspan(1);
    if (only_words || !argument.starts_with('-') || argument == "-" || std::ranges::find(own, name) != own.end()) {
      options.rest.push_back(argument);
    } else if (argument == "--") {
      only_words = true;
    } else if (argument == "--help" || argument == "-h") {
      options.help = true;
    } else if (name == "-c" || name == "--env-file") {
      std::optional<std::string> value = take_value(argument, name, arguments);
      if (!value)
        return std::unexpected(base::Error::format("%s needs the name of a file", name == "-c" ? "-c" : "--env-file"));
      (name == "-c" ? options.config_file : options.env_file) = std::move(*value);
      if (name == "-c") options.config_file_given = true;
    } else {
      return std::unexpected(unknown_option(name, own));
    }
  }
  return options;
}

int print_help(const char* page) {
  ::printf(page, help::kOptions);
  return finish_output() ? kDone : kFailed;
}

app::SettingsInputs settings_inputs(const CommonOptions& options) {
  return {options.config_file, options.config_file_given, options.env_file, environ};
}

int usage_error(const char* command, std::string_view what) {
  ::fprintf(stderr, "limpet %s: %.*s\nHow it is used: limpet %s --help\n", command, static_cast<int>(what.size()),
            what.data(), command);
  return kUsage;
}

}  // namespace cli

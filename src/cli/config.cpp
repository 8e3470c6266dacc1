// SPDX-License-Identifier: MIT
#include <stdio.h>

#include <array>
#include <optional>

#include "cli/command.h"
#include "cli/exit_status.h"
#include "cli/help.h"
#include "cli/messages.h"
#include "cli/options.h"
#include "config/reference.h"
#include "config/row_value.h"
#include "config/suggest.h"
#include "config/table.h"
#include "config/text.h"

namespace cli {
namespace {

constexpr std::array<std::string_view, 2> kOwnOptions = {"--effective", "--get"};

struct Wanted {
  bool effective = false;
  std::optional<std::string_view> key;  // SECTION.KEY
};

// Nothing when the words are not this command's.
std::optional<Wanted> parse_wanted(std::span<const std::string_view> words) {
  constexpr std::string_view kGetIs = "--get=";
  Wanted wanted;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "--effective") {
      wanted.effective = true;
    } else if (words[i] == "--get" && i + 1 < words.size()) {
      wanted.key = words[++i];
    } else if (words[i].starts_with(kGetIs)) {
      wanted.key = words[i].substr(kGetIs.size());
    } else {
      return std::nullopt;
    }
  }
  if (wanted.effective && wanted.key) return std::nullopt;
  return wanted;
}

const config::Row* find(std::string_view name) {
  const std::size_t dot = name.find('.');
  if (dot == std::string_view::npos) return nullptr;
  return config::find_row(config::table(), name.substr(0, dot), name.substr(dot + 1));
}

int unknown_key(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  const std::string_view key = dot == std::string_view::npos ? name : name.substr(dot + 1);
  const config::Row* near = config::nearest_row(config::table(), {}, key);
  std::string text = "there is no key " + config::shown(name) + ".";
  if (near != nullptr) {
    text.append(" Did you mean ").append(near->section).append(".").append(near->key).append("?");
  } else {
    text.append(" A key is named SECTION.KEY, as in heartbeat.interval.");
  }
  return usage_error("config", text);
}

int print(const std::string& text) {
  ::fwrite(text.data(), 1, text.size(), stdout);
  return finish_output() ? kDone : kFailed;
}

}  // namespace

int config(Arguments arguments) {
  const base::Result<CommonOptions> options = parse_options(arguments, kOwnOptions);
  if (!options) return usage_error("config", options.error().text());
  if (options->help) return print_help(help::kConfig);
  const std::optional<Wanted> wanted = parse_wanted(options->rest);
  if (!wanted) return usage_error("config", "give nothing, --effective, or --get SECTION.KEY");
  if (!wanted->effective && !wanted->key) return print(config::default_file(config::table()));

  const config::Row* row = wanted->key ? find(*wanted->key) : nullptr;
  if (wanted->key && row == nullptr) return unknown_key(*wanted->key);
  const config::Loaded loaded = app::load_settings(settings_inputs(*options));
  print_messages(loaded);
  if (!loaded.ok()) return kUsage;
  if (row != nullptr) return print(config::shown_value(*row, loaded.settings) + "\n");
  return print(config::effective_text(loaded));
}

}  // namespace cli

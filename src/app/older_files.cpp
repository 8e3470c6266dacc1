// SPDX-License-Identifier: MIT
#include "app/older_files.h"

#include <string>

#include "app/older_json.h"
#include "app/read_text.h"
#include "app/settings_files.h"
#include "app/this_machine.h"
#include "base/limits.h"
#include "config/env_file.h"
#include "config/loader.h"
#include "config/table.h"
#include "config/text.h"

namespace app {
namespace {

void load_older_file(const std::string& path, std::string_view host_name, OwnFiles& files, config::Loader& loader) {
  const base::Result<TextFile> file = read_text(files, path, base::limits::kConfigFile);
  loader.begin_source({config::Source::Kind::kEnvFile, path, file && file->readable_by_others});
  if (!file) return loader.on_bad_source(std::string(file.error().text()).append("."));
  std::string_view text = file->text;
  if (text.starts_with(config::kByteOrderMark)) text.remove_prefix(config::kByteOrderMark.size());
  text = config::trim(text);
  if (!text.starts_with('{') && !text.starts_with('[')) return config::parse_env_file(file->text, loader);
  if (const auto parsed = parse_older_json(text, host_name, loader); !parsed) {
    loader.on_bad_source(std::string("it ").append(lib::describe(parsed.error())).append("."));
  }
}

}  // namespace

config::Loaded load_older_files(std::span<const std::string_view> paths, std::string_view host_name) {
  OwnFiles files;
  ThisMachine machine(files);
  config::Loader loader(config::table(), machine);
  for (const std::string_view path : paths) load_older_file(std::string(path), host_name, files, loader);
  return loader.finish();
}

}  // namespace app

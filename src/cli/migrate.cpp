// SPDX-License-Identifier: MIT
// limpet migrate: the files of the programs that Limpet replaces, as a configuration of its own.
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <string>

#include "app/older_files.h"
#include "cli/command.h"
#include "cli/exit_status.h"
#include "cli/help.h"
#include "cli/messages.h"
#include "cli/options.h"
#include "config/written_file.h"
#include "os/host_name.h"

namespace cli {
namespace {

constexpr char kHead[] =
    "# Made by limpet migrate. Every other key has its default; limpet config explains them all.\n"
    "# Check it with: limpet check -c FILE\n\n";

bool has_secret(const config::Loaded& loaded) {
  return std::ranges::any_of(loaded.rows,
                             [&](const config::Row& row) { return row.secret && !loaded.origin(row).place.empty(); });
}

void warn_of_readable_output() {
  struct stat status {};
  if (::fstat(STDOUT_FILENO, &status) != 0 || !S_ISREG(status.st_mode) || (status.st_mode & S_IROTH) == 0) return;
  ::fprintf(
      stderr,
      "warning: every user of this box can read what this is written to, and it holds secrets. Run chmod o-r on it\n");
}

}  // namespace

int migrate(Arguments arguments) {
  const base::Result<CommonOptions> options = parse_options(arguments);
  if (!options) return usage_error("migrate", options.error().text());
  if (options->help) return print_help(help::kMigrate);
  if (options->config_file_given || !options->env_file.empty()) {
    return usage_error("migrate", "no configuration is read here: name the files without an option");
  }
  if (options->rest.empty()) return usage_error("migrate", "name the files to read, as in: limpet migrate .env");

  const config::Loaded loaded = app::load_older_files(options->rest, os::host_name());
  print_messages(loaded);
  const bool secrets = ::isatty(STDOUT_FILENO) == 0;
  if (secrets && has_secret(loaded)) warn_of_readable_output();
  ::printf("%s%s", kHead, config::written_file(loaded, secrets).c_str());
  return finish_output() && loaded.ok() ? kDone : kFailed;
}

}  // namespace cli

// SPDX-License-Identifier: MIT
// limpet alerts: what the outbox holds, read from the database itself, so that it works without a daemon too.
#include <stdio.h>

#include <optional>

#include "base/limits.h"
#include "cli/command.h"
#include "cli/exit_status.h"
#include "cli/help.h"
#include "cli/messages.h"
#include "cli/options.h"
#include "cli/settings.h"
#include "config/values.h"
#include "lib/sqlite.h"
#include "os/clock.h"
#include "os/local_time.h"
#include "store/outbox_table.h"

namespace cli {
namespace {

constexpr std::string_view kOwn[] = {"--since", "--pending"};

struct Wanted {
  std::optional<std::chrono::milliseconds> since;
  bool pending = false;
};

base::Result<Wanted> parse_wanted(const std::vector<std::string_view>& rest) {
  Wanted wanted;
  for (std::size_t i = 0; i < rest.size(); ++i) {
    if (rest[i] == "--pending") {
      wanted.pending = true;
    } else if (rest[i].starts_with("--since")) {
      const bool joined = rest[i].starts_with("--since=");
      if (!joined && i + 1 == rest.size()) return std::unexpected(base::Error("--since needs a time, such as 2h"));
      wanted.since = config::parse_time(joined ? rest[i].substr(8) : rest[++i], "s");
      if (!wanted.since) return std::unexpected(base::Error("--since needs a time, such as 30m, 2h or 7d"));
    } else {
      return std::unexpected(base::Error("there is nothing else to give but --since TIME and --pending"));
    }
  }
  return wanted;
}

class Printer final : public store::AlertReader {
 public:
  void on_alert(const store::AlertLine& line) override {
    ++count_;
    const std::string_view channel = line.channel == store::kNobody ? "nobody" : line.channel;
    ::printf("%s  %-8.*s  ", os::local_time(line.time).c_str(), static_cast<int>(channel.size()), channel.data());
    if (line.delivered) {
      ::printf("delivered  ");
    } else if (line.refused) {
      ::printf("refused    ");
    } else {
      ::printf("waits      ");
    }
    ::printf("%.*s", static_cast<int>(line.title.size()), line.title.data());
    if (!line.subject.empty()) ::printf(" – %.*s", static_cast<int>(line.subject.size()), line.subject.data());
    if (!line.problem.empty()) ::printf(" (%.*s)", static_cast<int>(line.problem.size()), line.problem.data());
    ::printf("\n");
  }
  std::size_t count() const { return count_; }

 private:
  std::size_t count_ = 0;
};

}  // namespace

int alerts(Arguments arguments) {
  const base::Result<CommonOptions> options = parse_options(arguments, kOwn);
  if (!options) return usage_error("alerts", options.error().text());
  if (options->help) return print_help(help::kAlerts);
  const base::Result<Wanted> wanted = parse_wanted(options->rest);
  if (!wanted) return usage_error("alerts", wanted.error().text());
  const std::optional<config::Settings> settings = take_settings(*options);
  if (!settings) return kUsage;

  const std::string path = settings->data_dir + "/metrics.db";
  lib::SqliteDatabase database;
  if (const auto ready = lib::initialize_sqlite(base::limits::kSqliteHeap); !ready) return kFailed;
  Printer printer;
  lib::SqliteResult<void> done = database.open_to_read(path.c_str());
  if (done) {
    const base::WallTime now = os::SystemClock().wall_now();
    done =
        store::list_alerts(database, wanted->since ? now - *wanted->since : base::WallTime(), wanted->pending, printer);
  }
  if (!done) {
    ::fprintf(stderr, "limpet alerts: %s: %s\n", path.c_str(), done.error().error.c_str());
    return kFailed;
  }
  if (printer.count() == 0) ::printf("There is none.\n");
  return finish_output() ? kDone : kFailed;
}

}  // namespace cli

// SPDX-License-Identifier: MIT
#include "store/smart_table.h"

#include "rules/iso_time.h"

namespace store {
namespace {

constexpr char kInsert[] =
    "INSERT INTO smart_health(timestamp, hostname, device, health, model, temp_c, output)"
    " VALUES(?1,?2,?3,?4,?5,?6,?7)";
constexpr char kTrim[] = "DELETE FROM smart_health WHERE id <= (SELECT max(id) FROM smart_health) - ?1";

}  // namespace

lib::SqliteResult<void> write_smart_health(lib::SqliteDatabase& database, const rules::Disk& disk,
                                           std::string_view output, base::WallTime time, std::string_view host_name) {
  lib::SqliteStatement statement;
  if (const auto ready = statement.prepare(database, kInsert); !ready) return std::unexpected(ready.error());
  const base::FixedString<31> stamp = rules::iso_time(time, std::chrono::seconds(0));
  const auto temperature = disk.asleep ? std::nullopt : disk.report.temperature_celsius;
  statement.bind(1, stamp.view());
  statement.bind(2, host_name);
  statement.bind(3, disk.name.view());
  statement.bind(4, rules::disk_health_name(disk.health()));
  disk.report.model.empty() ? statement.bind_null(5) : statement.bind(5, disk.report.model.view());
  temperature ? statement.bind(6, std::int64_t{*temperature}) : statement.bind_null(6);
  output.empty() ? statement.bind_null(7) : statement.bind(7, output);
  if (const auto done = statement.run(); !done) return done;
  statement.finalize();
  if (const auto ready = statement.prepare(database, kTrim); !ready) return std::unexpected(ready.error());
  statement.bind(1, kSmartRows);
  return statement.run();
}

}  // namespace store

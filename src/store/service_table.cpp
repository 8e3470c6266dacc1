// SPDX-License-Identifier: MIT
#include "store/service_table.h"

#include "rules/iso_time.h"

namespace store {
namespace {

using lib::SqliteResult;
using lib::SqliteStatement;

constexpr char kInsert[] =
    "INSERT INTO service_status(timestamp, hostname, os_platform, service_name, raw_status, normalized_status,"
    " sub_state, service_type, unit_file_state, recoverable, ts_epoch) VALUES(?1,?2,'Linux',?3,?4,?5,?6,?7,?8,?9,?10)";
constexpr char kInsertProcess[] =
    "INSERT INTO process_status(timestamp, hostname, os_platform, pid, process_name, raw_status, normalized_status,"
    " cpu_percent, memory_percent) VALUES(?1,?2,'Linux',?3,?4,?5,?6,?7,?8)";
constexpr char kDeleteOldProcesses[] =
    "DELETE FROM process_status WHERE timestamp < ?1 AND id <="
    " (SELECT max(id) FROM (SELECT id FROM process_status ORDER BY id LIMIT 200))";
constexpr char kDeleteOld[] =
    "DELETE FROM service_status WHERE ts_epoch < ?1 AND id <="
    " (SELECT max(id) FROM (SELECT id FROM service_status ORDER BY id LIMIT 200))";

}  // namespace

SqliteResult<void> write_service_status(lib::SqliteDatabase& database, const rules::Unit& unit, base::WallTime time,
                                        std::string_view host_name) {
  SqliteStatement statement;
  if (const auto ready = statement.prepare(database, kInsert); !ready) return std::unexpected(ready.error());
  const auto epoch = std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
  const base::FixedString<31> stamp = rules::iso_time(time, std::chrono::seconds(0));
  statement.bind(1, stamp.view());
  statement.bind(2, host_name);
  statement.bind(3, unit.name.view());
  statement.bind(4, unit.active_state.view());
  statement.bind(5, rules::service_state_name(unit.state()));
  statement.bind(6, unit.sub_state.view());
  statement.bind(7, unit.type.view());
  statement.bind(8, unit.file_state.view());
  statement.bind(9, std::int64_t{!unit.is_job()});
  statement.bind(10, std::int64_t{epoch});
  return statement.run();
}

SqliteResult<void> write_service_failing(lib::SqliteDatabase& database, std::string_view name, bool failing) {
  SqliteStatement statement;
  const char* const sql = failing ? "INSERT OR IGNORE INTO services_failing(name) VALUES(?1)"
                                  : "DELETE FROM services_failing WHERE name=?1";
  if (const auto ready = statement.prepare(database, sql); !ready) return std::unexpected(ready.error());
  statement.bind(1, name);
  return statement.run();
}

SqliteResult<void> clear_services_failing(lib::SqliteDatabase& database) {
  return database.execute("DELETE FROM services_failing");
}

SqliteResult<void> read_services_failing(lib::SqliteDatabase& database, base::Callback<std::string_view> on_name) {
  SqliteStatement statement;
  if (const auto ready = statement.prepare(database, "SELECT name FROM services_failing ORDER BY name"); !ready)
    return std::unexpected(ready.error());
  for (;;) {
    const auto row = statement.step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return {};
    on_name(statement.text(0));
  }
}

SqliteResult<void> write_process_status(lib::SqliteDatabase& database, const ProcessStatus& process,
                                        base::WallTime time, std::string_view host_name) {
  SqliteStatement statement;
  if (const auto ready = statement.prepare(database, kInsertProcess); !ready) return std::unexpected(ready.error());
  const base::FixedString<31> stamp = rules::iso_time(time, std::chrono::seconds(0));
  statement.bind(1, stamp.view());
  statement.bind(2, host_name);
  process.pid != 0 ? statement.bind(3, process.pid) : statement.bind_null(3);
  statement.bind(4, process.name);
  statement.bind(5, process.raw_status);
  statement.bind(6, rules::service_state_name(process.state));
  process.cpu_percent ? statement.bind(7, static_cast<double>(*process.cpu_percent)) : statement.bind_null(7);
  process.memory_percent ? statement.bind(8, static_cast<double>(*process.memory_percent)) : statement.bind_null(8);
  return statement.run();
}

SqliteResult<std::int64_t> delete_old_service_status(lib::SqliteDatabase& database, std::chrono::sys_seconds before) {
  SqliteStatement remove;
  if (const auto ready = remove.prepare(database, kDeleteOld); !ready) return std::unexpected(ready.error());
  remove.bind(1, std::int64_t{before.time_since_epoch().count()});
  if (const auto done = remove.run(); !done) return std::unexpected(done.error());
  const std::int64_t deleted = database.changed_rows();
  remove.finalize();
  if (const auto ready = remove.prepare(database, kDeleteOldProcesses); !ready) return std::unexpected(ready.error());
  const base::FixedString<31> stamp = rules::iso_time(before, std::chrono::seconds(0));
  remove.bind(1, stamp.view());
  if (const auto done = remove.run(); !done) return std::unexpected(done.error());
  return deleted + database.changed_rows();
}

}  // namespace store

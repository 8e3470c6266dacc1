// SPDX-License-Identifier: MIT
#include "store/minute_log.h"

#include <cmath>

#include "rules/iso_time.h"

namespace store {
namespace {

using lib::SqliteResult;
using lib::SqliteStatement;

constexpr char kInsertSystem[] =
    "INSERT INTO system_metrics(timestamp, hostname, os_platform, cpu_usage, memory_usage, disk_usage, temperature,"
    " uptime, process_count, load_average, inode_usage, swap_usage) VALUES(?1,?2,'Linux',?3,?4,?5,?6,?7,?8,?9,?10,?11)";
constexpr char kInsertNetwork[] =
    "INSERT INTO network_logs(timestamp, hostname, target, method, result, latency_ms, packet_loss_percent, status)"
    " VALUES(?1,?2,?3,?4,?5,?6,?7,?8)";
constexpr char kTrimSystem[] = "DELETE FROM system_metrics WHERE id <= (SELECT max(id) FROM system_metrics) - ?1";
constexpr char kTrimNetwork[] = "DELETE FROM network_logs WHERE id <= (SELECT max(id) FROM network_logs) - ?1";

// As many digits as a float has, and not those of a double that only look like more.
double rounded(float value) { return std::round(static_cast<double>(value) * 100) / 100; }

void bind(SqliteStatement& statement, int parameter, std::optional<float> value) {
  value ? statement.bind(parameter, rounded(*value)) : statement.bind_null(parameter);
}
void bind(SqliteStatement& statement, int parameter, std::optional<std::uint32_t> value) {
  value ? statement.bind(parameter, std::int64_t{*value}) : statement.bind_null(parameter);
}

SqliteResult<void> trim(lib::SqliteDatabase& database, const char* sql, std::int64_t rows) {
  SqliteStatement statement;
  if (const auto ready = statement.prepare(database, sql); !ready) return std::unexpected(ready.error());
  statement.bind(1, rows);
  return statement.run();
}

}  // namespace

template <class Ring>
void MinuteLog::make_room(const Ring& ring, std::uint64_t& next) {
  if (ring.end_number() - next < Ring::capacity()) return;
  ++next;
  ++lost_;
}

void MinuteLog::add(const SystemMetricsRow& row) {
  make_room(system_, system_next_);
  system_.push(row);
}

void MinuteLog::add(const NetworkLogRow& row) {
  make_room(network_, network_next_);
  network_.push(row);
}

void MinuteLog::poll(base::SteadyTime now, std::chrono::seconds interval) {
  const bool half_full =
      system_.end_number() - system_next_ >= kRows / 2 || network_.end_number() - network_next_ >= kRows / 2;
  if (waiting() == 0 || (!half_full && now - flushed_at_ < interval)) return;
  flushed_at_ = now;
  due_ = true;
}

SqliteResult<void> MinuteLog::write_system(lib::SqliteDatabase& database) const {
  SqliteStatement insert;
  if (const auto ready = insert.prepare(database, kInsertSystem); !ready) return std::unexpected(ready.error());
  for (std::uint64_t number = system_next_; number < system_.end_number(); ++number) {
    const SystemMetricsRow& row = system_.at(number);
    const auto time = rules::iso_time(row.time, std::chrono::seconds(0));
    insert.bind(1, time.view());
    insert.bind(2, host_name_.view());
    bind(insert, 3, row.cpu_percent);
    bind(insert, 4, row.memory_percent);
    bind(insert, 5, row.disk_percent);
    bind(insert, 6, row.temperature_celsius);
    bind(insert, 7, row.uptime_s);
    bind(insert, 8, row.processes);
    bind(insert, 9, row.load_1);
    bind(insert, 10, row.inode_percent);
    bind(insert, 11, row.swap_percent);
    if (const auto done = insert.run(); !done) return done;
  }
  return trim(database, kTrimSystem, kSystemRows);
}

SqliteResult<void> MinuteLog::write_network(lib::SqliteDatabase& database) const {
  SqliteStatement insert;
  if (const auto ready = insert.prepare(database, kInsertNetwork); !ready) return std::unexpected(ready.error());
  for (std::uint64_t number = network_next_; number < network_.end_number(); ++number) {
    const NetworkLogRow& row = network_.at(number);
    const auto time = rules::iso_time(row.time, std::chrono::seconds(0));
    insert.bind(1, time.view());
    insert.bind(2, host_name_.view());
    insert.bind(3, row.target.view());
    insert.bind(4, row.method);
    insert.bind(5, row.result.view());
    bind(insert, 6, row.latency_ms);
    bind(insert, 7, row.loss_percent);
    insert.bind(8, row.status);
    if (const auto done = insert.run(); !done) return done;
  }
  return trim(database, kTrimNetwork, kNetworkRows);
}

SqliteResult<void> MinuteLog::write(lib::SqliteDatabase& database) {
  system_written_ = system_.end_number();
  network_written_ = network_.end_number();
  if (system_next_ < system_written_) {
    if (const auto done = write_system(database); !done) return done;
  }
  if (network_next_ < network_written_) return write_network(database);
  return {};
}

void MinuteLog::on_committed() {
  system_next_ = system_written_;
  network_next_ = network_written_;
  due_ = false;
}

}  // namespace store

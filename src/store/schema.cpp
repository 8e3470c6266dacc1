// SPDX-License-Identifier: MIT
#include "store/schema.h"

#include <array>
#include <iterator>

#include "base/log.h"

namespace store {
namespace {

// Pages of 1 KiB: an ordinary flush changes a few rows' worth of bytes in a handful of pages, and each changed page is
// written whole, twice (log and file). auto_vacuum must come before the first table.
constexpr char kNewFile[] = "PRAGMA page_size=1024; PRAGMA auto_vacuum=INCREMENTAL;";

// Step n brings a file from user_version n to n + 1. Never change a step that was released: add one.
constexpr const char* kSteps[] = {
    // metrics: a row a heartbeat, absent values NULL. WITHOUT ROWID: one b-tree to write instead of two.
    // metrics_minute: a row a minute that had samples. means, smallest and largest of percent and milliseconds;
    //   container_count: the largest, -1 when Docker never answered; internet_ok and worker_ok: samples with internet,
    //   or with a 2xx of the Worker, out of internet_known and worker_known samples that tried.
    // state: one value a key.
    "CREATE TABLE IF NOT EXISTS metrics(id TEXT PRIMARY KEY, timestamp_lima TEXT, cpu_percent REAL, ram_percent REAL,"
    " ram_used_mb REAL, disk_percent REAL, container_count INTEGER, internet_ok INTEGER, ping_ms REAL,"
    " worker_status INTEGER, cycle_duration_ms REAL) WITHOUT ROWID;"
    "CREATE TABLE metrics_minute(minute INTEGER PRIMARY KEY, samples INTEGER NOT NULL,"
    " cpu_mean REAL, cpu_min REAL, cpu_max REAL, ram_mean REAL, ram_min REAL, ram_max REAL,"
    " disk_mean REAL, disk_min REAL, disk_max REAL, ping_mean REAL, ping_min REAL, ping_max REAL,"
    " container_count INTEGER, internet_ok INTEGER, internet_known INTEGER, worker_ok INTEGER, worker_known INTEGER);"
    "CREATE TABLE state(key TEXT PRIMARY KEY, value) WITHOUT ROWID;",
    // outbox: a row for each channel that an alert goes to. Times are seconds since 1970. It waits until delivered_at
    //   or refused_at is set; next_try: not before then, after a try that failed. Ids rise with time, also from a file
    //   that was set aside to the one after it.
    "CREATE TABLE outbox(id INTEGER PRIMARY KEY, time INTEGER NOT NULL, channel TEXT NOT NULL, kind TEXT NOT NULL,"
    " severity INTEGER NOT NULL, key TEXT NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL, fields TEXT NOT NULL,"
    " attempts INTEGER NOT NULL, next_try INTEGER, delivered_at INTEGER, refused_at INTEGER, last_error TEXT);"
    "CREATE INDEX outbox_waiting ON outbox(channel, id) WHERE delivered_at IS NULL AND refused_at IS NULL;",
    // outbox: boot_ms: time, in milliseconds since boot. open: 1 while it is a problem that has not ended; ended_at:
    // when
    //   it did. begin_id: of an end, the row of its beginning.
    "ALTER TABLE outbox ADD COLUMN monitor TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE outbox ADD COLUMN subject TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE outbox ADD COLUMN boot_ms INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE outbox ADD COLUMN open INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE outbox ADD COLUMN ended_at INTEGER;"
    "ALTER TABLE outbox ADD COLUMN begin_id INTEGER;"
    "CREATE INDEX outbox_open ON outbox(key) WHERE open=1;",
    // monitoring_instances: a row for each script that registered itself. status: running, crashed or stopped. Times
    //   are ISO 8601 in UTC.
    "CREATE TABLE monitoring_instances(instance_id TEXT PRIMARY KEY, scrapper_key TEXT UNIQUE NOT NULL,"
    " hostname TEXT NOT NULL, status TEXT NOT NULL, created_at TEXT NOT NULL, last_heartbeat TEXT, error_message TEXT,"
    " notification_count INTEGER DEFAULT 0);",
    // outbox: via: the channel that did not take it, so that it goes to this one. elsewhere: 1 when it waits for a
    //   service that takes nothing for a long time, and another channel was told.
    "ALTER TABLE outbox ADD COLUMN via TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE outbox ADD COLUMN elsewhere INTEGER NOT NULL DEFAULT 0;",
    // conch_commands: a command that a conch client told of; slot: its place in memory. state: running, orphaned, done,
    //   failed, error or interrupted; late: 1 when it was orphaned and that it ended is not told yet. since: from when
    //   its age counts; changed: when its state became what it is; both in milliseconds since 1970, and since the boot
    //   that `boot` is of.
    "CREATE TABLE conch_commands(slot INTEGER PRIMARY KEY, client_id TEXT NOT NULL, command TEXT NOT NULL,"
    " started TEXT NOT NULL, pid INTEGER, state TEXT NOT NULL, late INTEGER NOT NULL, since_ms INTEGER NOT NULL,"
    " changed_ms INTEGER NOT NULL, boot INTEGER NOT NULL, since_boot_ms INTEGER NOT NULL,"
    " changed_boot_ms INTEGER NOT NULL);",
    // containers: what is compared with what the engine says. state, told: numbers of rules::ContainerState. told: what
    //   people know of it, 0 nothing. id: empty when there is no such container.
    "CREATE TABLE containers(name TEXT PRIMARY KEY, id TEXT NOT NULL, state INTEGER NOT NULL, told INTEGER NOT NULL,"
    " restarts INTEGER NOT NULL, crashed INTEGER NOT NULL, seen_running INTEGER NOT NULL,"
    " unhealthy_told INTEGER NOT NULL) WITHOUT ROWID;",
    // system_metrics, network_logs: a row a minute, for people and their programs. timestamp: ISO 8601 in UTC; uptime:
    //   seconds; load_average: of one minute; status: ok, degraded or fail.
    "CREATE TABLE system_metrics(id INTEGER PRIMARY KEY, timestamp TEXT NOT NULL, hostname TEXT NOT NULL,"
    " os_platform TEXT NOT NULL, cpu_usage REAL, memory_usage REAL, disk_usage REAL, temperature REAL, uptime INTEGER,"
    " process_count INTEGER, load_average REAL, inode_usage REAL, swap_usage REAL);"
    "CREATE TABLE network_logs(id INTEGER PRIMARY KEY, timestamp TEXT NOT NULL, hostname TEXT NOT NULL,"
    " target TEXT NOT NULL, method TEXT NOT NULL, result TEXT, latency_ms REAL, packet_loss_percent REAL,"
    " status TEXT NOT NULL);",
    // service_status: how a service became at that time, or was after an hour; raw_status, sub_state: in systemd's
    // words;
    //   normalized_status: running, stopped, failed or unknown; recoverable: 0 when nobody waits for it to run.
    //   timestamp
    //   is ISO 8601 in UTC, ts_epoch the same in seconds since 1970.
    // services_failing: those that people were told of as failing, and not as well again.
    "CREATE TABLE service_status(id INTEGER PRIMARY KEY, timestamp TEXT NOT NULL, hostname TEXT NOT NULL,"
    " os_platform TEXT, service_name TEXT NOT NULL, raw_status TEXT, normalized_status TEXT, sub_state TEXT,"
    " service_type TEXT, unit_file_state TEXT, recoverable INTEGER, ts_epoch INTEGER);"
    "CREATE INDEX service_status_name ON service_status(service_name, id);"
    "CREATE TABLE services_failing(name TEXT PRIMARY KEY) WITHOUT ROWID;",
    // process_status: likewise of processes that are watched without systemd; pid: NULL when it was not there;
    //   cpu_percent: of one processor.
    "CREATE TABLE process_status(id INTEGER PRIMARY KEY, timestamp TEXT NOT NULL, hostname TEXT NOT NULL,"
    " os_platform TEXT, pid INTEGER, process_name TEXT NOT NULL, raw_status TEXT, normalized_status TEXT,"
    " cpu_percent REAL, memory_percent REAL);",
    // smart_health: what a disk said of its own health at that time; health: passed, failed, unknown, standby (it was
    //   not woken) or virtual; output: smartctl's JSON, NULL when it gave none.
    "CREATE TABLE smart_health(id INTEGER PRIMARY KEY, timestamp TEXT NOT NULL, hostname TEXT NOT NULL,"
    " device TEXT NOT NULL, health TEXT NOT NULL, model TEXT, temp_c INTEGER, output TEXT);",
    // alerts: each alert once, however many channels it went to, and the channel '' of those that nobody was told of.
    //   The host is that of the newest minute.
    "CREATE VIEW alerts AS SELECT min(id) AS id, strftime('%Y-%m-%dT%H:%M:%SZ', time, 'unixepoch') AS timestamp,"
    " (SELECT hostname FROM system_metrics ORDER BY id DESC LIMIT 1) AS hostname,"
    " CASE WHEN severity<=0 THEN 'info' WHEN severity=1 THEN 'warning' ELSE 'critical' END AS severity,"
    " monitor AS source, CASE WHEN instr(title, subject) THEN title ELSE title || ': ' || subject END AS message"
    " FROM outbox GROUP BY time, kind, key;",
    // recovery_logs: an attempt to repair something. kind: unit, container or process; result: running, recovered,
    //   failed, given_up, stopped or dry_run; attempt of attempts; next_try: seconds since 1970.
    // restart_attempts: those that were made, with the same id. Times as in conch_commands.
    // heal_targets: what is to be repaired, or was given up. phase: a number of rules::HealPhase; due_ms: after
    // written.
    "CREATE TABLE recovery_logs(id INTEGER PRIMARY KEY, timestamp TEXT NOT NULL, hostname TEXT NOT NULL,"
    " os_platform TEXT, service_name TEXT NOT NULL, result TEXT NOT NULL, error_message TEXT, kind TEXT NOT NULL,"
    " attempt INTEGER NOT NULL, attempts INTEGER NOT NULL, by_hand INTEGER NOT NULL, took_s INTEGER, next_try INTEGER);"
    "CREATE TABLE restart_attempts(id INTEGER PRIMARY KEY, timestamp TEXT NOT NULL, hostname TEXT NOT NULL,"
    " service_name TEXT NOT NULL, kind TEXT NOT NULL, at_ms INTEGER NOT NULL, boot INTEGER NOT NULL,"
    " at_boot_ms INTEGER NOT NULL);"
    "CREATE TABLE heal_targets(kind TEXT NOT NULL, name TEXT NOT NULL, phase INTEGER NOT NULL,"
    " given_up INTEGER NOT NULL, attempts INTEGER NOT NULL, slow INTEGER NOT NULL, written_ms INTEGER NOT NULL,"
    " boot INTEGER NOT NULL, written_boot_ms INTEGER NOT NULL, due_ms INTEGER NOT NULL, PRIMARY KEY(kind, name)) "
    "WITHOUT ROWID;",
    // action: what was done, or last done to it: restart (as where there is none), renew, bounce, network_service or
    //   reboot. kind may be network.
    "ALTER TABLE recovery_logs ADD COLUMN action TEXT;"
    "ALTER TABLE heal_targets ADD COLUMN action TEXT;",
    // process: which one was stopped, with the action stop; kind may be memory, cpu or disk too.
    "ALTER TABLE recovery_logs ADD COLUMN process TEXT;",
};
constexpr std::int64_t kVersion = std::size(kSteps);

constexpr std::array<std::string_view, 11> kMetricsColumns = {
    "id",          "timestamp_lima", "cpu_percent",      "ram_percent",
    "ram_used_mb", "disk_percent",   "container_count",  "internet_ok",
    "ping_ms",     "worker_status",  "cycle_duration_ms"};

constexpr char kHasRowids[] =
    "SELECT 1 FROM sqlite_schema WHERE type='table' AND name='metrics' AND sql NOT LIKE '%WITHOUT ROWID%'";

enum class MetricsColumns { kMissing, kOurs, kOthers };

lib::SqliteResult<MetricsColumns> read_metrics_columns(lib::SqliteDatabase& database) {
  lib::SqliteStatement statement;
  if (const auto ready = statement.prepare(database, "SELECT name FROM pragma_table_info('metrics')"); !ready)
    return std::unexpected(ready.error());
  std::size_t count = 0;
  for (;;) {
    const auto row = statement.step();
    if (!row) return std::unexpected(row.error());
    if (!*row) break;
    if (count >= kMetricsColumns.size() || statement.text(0) != kMetricsColumns[count]) return MetricsColumns::kOthers;
    ++count;
  }
  if (count == 0) return MetricsColumns::kMissing;
  return count == kMetricsColumns.size() ? MetricsColumns::kOurs : MetricsColumns::kOthers;
}

lib::SqliteResult<void> take_steps(lib::SqliteDatabase& database, std::int64_t version) {
  lib::SqliteTransaction transaction(database);
  lib::SqliteResult<void> done = transaction.begin(lib::SqliteDatabase::Durability::kFull);
  for (std::int64_t step = version; done && step < kVersion; ++step) done = database.execute(kSteps[step]);
  base::FixedString<48> set_version;
  set_version.appendf("PRAGMA user_version=%lld", static_cast<long long>(kVersion));
  if (done) done = database.execute(set_version.c_str());
  if (done) done = transaction.commit();
  return done;
}

// A file made without auto_vacuum can only shrink after it was rewritten with it, which is done outside of WAL mode.
// Whatever keeps it from happening now (no space, another program) is no reason not to use the file.
void make_shrinkable(lib::SqliteDatabase& database, std::uint64_t rewrite_bytes) {
  const auto mode = database.query_integer("PRAGMA auto_vacuum");
  const auto bytes = database.query_integer(
      "SELECT (page_count - freelist_count) * page_size FROM pragma_page_count, pragma_freelist_count, "
      "pragma_page_size");
  if (!mode || *mode != 0 || !bytes || static_cast<std::uint64_t>(*bytes) > rewrite_bytes) return;
  base::log::info("Rewriting metrics.db once, so that it can shrink later; this may take a while");
  auto done = database.set_cache(kRewriteCacheKib);
  if (done)
    done = database.execute(
        "PRAGMA temp_store=FILE; PRAGMA journal_mode=DELETE; PRAGMA page_size=1024; PRAGMA auto_vacuum=INCREMENTAL;"
        "VACUUM;");
  if (!done) base::log::warn("metrics.db could not be rewritten (%s); it is used as it is", done.error().error.c_str());
  [[maybe_unused]] const bool back = database.execute("PRAGMA temp_store=MEMORY") && database.set_cache(kCacheKib);
}

std::unexpected<StoreError> refuse(StoreTrouble trouble, std::string_view path, const char* why) {
  return std::unexpected(
      StoreError{trouble, base::Error::format("%.*s %s", static_cast<int>(path.size()), path.data(), why)});
}

}  // namespace

StoreResult<SchemaReport> bring_up_to_date(lib::SqliteDatabase& database, std::string_view path,
                                           std::uint64_t rewrite_bytes) {
  const auto failed = [path](const lib::SqliteError& error) { return std::unexpected(explain(error, path)); };
  const auto version = database.query_integer("PRAGMA user_version");
  if (!version) return failed(version.error());
  if (*version > kVersion) return refuse(StoreTrouble::kNewer, path, "is of a newer limpet");
  const auto columns = read_metrics_columns(database);
  if (!columns) return failed(columns.error());
  const bool foreign = *columns == MetricsColumns::kOthers || (*version > 0 && *columns == MetricsColumns::kMissing);
  if (foreign)
    return refuse(StoreTrouble::kForeign, path, "has a table metrics with other columns: it is not limpet's");

  SchemaReport report;
  report.created = *columns == MetricsColumns::kMissing;
  report.taken_over = *version == 0 && !report.created;
  if (report.created) {
    if (const auto done = database.execute(kNewFile); !done) return failed(done.error());
  } else {
    make_shrinkable(database, rewrite_bytes);
  }
  if (const auto done = database.execute("PRAGMA journal_mode=WAL"); !done) return failed(done.error());
  if (*version < kVersion) {
    if (const auto done = take_steps(database, *version); !done) return failed(done.error());
  }
  const auto has_rowids = database.query_integer(kHasRowids);
  if (!has_rowids) return failed(has_rowids.error());
  report.has_rowids = *has_rowids != 0;
  return report;
}

}  // namespace store

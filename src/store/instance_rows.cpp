// SPDX-License-Identifier: MIT
#include "store/instance_rows.h"

#include "rules/iso_time.h"

namespace store {
namespace {

using rules::Instance;
using rules::InstanceWatch;
using Unsaved = InstanceWatch::Unsaved;

// With the rows that are in its way: what had this rowid, this id or this key before.
constexpr char kReplace[] =
    "INSERT OR REPLACE INTO monitoring_instances(rowid, instance_id, scrapper_key, hostname, status, created_at,"
    " last_heartbeat, error_message, notification_count) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
constexpr char kSelect[] =
    "SELECT rowid, instance_id, scrapper_key, hostname, status, created_at, last_heartbeat, error_message,"
    " notification_count FROM monitoring_instances ORDER BY rowid";

std::int64_t rowid(std::size_t slot) { return static_cast<std::int64_t>(slot) + 1; }

lib::SqliteResult<void> replace(lib::SqliteStatement& statement, std::size_t slot, const Instance& instance) {
  const auto created_at = rules::iso_time(instance.created_at, std::chrono::seconds(0));
  const auto last_heartbeat = rules::iso_time(instance.last_heartbeat, std::chrono::seconds(0));
  statement.bind(1, rowid(slot));
  statement.bind(2, instance.id);
  statement.bind(3, instance.key);
  statement.bind(4, instance.host);
  statement.bind(5, rules::instance_status_name(instance.status));
  statement.bind(6, created_at.view());
  statement.bind(7, last_heartbeat.view());
  if (instance.error.empty()) {
    statement.bind_null(8);
  } else {
    statement.bind(8, instance.error);
  }
  statement.bind(9, static_cast<std::int64_t>(instance.notifications));
  return statement.run();
}

// Nothing when it is no row of ours.
std::optional<Instance> instance_of(const lib::SqliteStatement& row) {
  const auto status = rules::parse_instance_status(row.text(4));
  const auto created_at = rules::parse_iso_time(row.text(5));
  const auto last_heartbeat = rules::parse_iso_time(row.text(6));
  if (!status || !created_at || !created_at->instant || !last_heartbeat || !last_heartbeat->instant) return {};
  return Instance{.id = row.text(1),
                  .key = row.text(2),
                  .host = row.text(3),
                  .error = row.text(7),
                  .status = *status,
                  .notifications = static_cast<unsigned>(row.integer(8)),
                  .created_at = *created_at->instant,
                  .last_heartbeat = *last_heartbeat->instant};
}

}  // namespace

bool InstanceRows::pending() const {
  const Unsaved unsaved = watch_.unsaved();
  return rewrite_ || unsaved == Unsaved::kState || (flush_ && unsaved == Unsaved::kHeartbeat);
}

lib::SqliteResult<void> InstanceRows::write(lib::SqliteDatabase& database) {
  if (rewrite_) {
    if (const auto done = database.execute("DELETE FROM monitoring_instances"); !done) return done;
  }
  lib::SqliteStatement put;
  if (const auto ready = put.prepare(database, kReplace); !ready) return ready;
  lib::SqliteStatement remove;
  if (const auto ready = remove.prepare(database, "DELETE FROM monitoring_instances WHERE rowid=?1"); !ready)
    return ready;
  for (std::size_t slot = 0; slot < InstanceWatch::kSlots; ++slot) {
    if (!rewrite_ && watch_.unsaved(slot) == Unsaved::kNothing) continue;
    const auto instance = watch_.slot(slot);
    if (!instance && rewrite_) continue;
    if (!instance) remove.bind(1, rowid(slot));
    if (const auto done = instance ? replace(put, slot, *instance) : remove.run(); !done) return done;
  }
  return {};
}

void InstanceRows::on_committed() {
  rewrite_ = flush_ = false;
  watch_.all_saved();
  on_saved_();
}

lib::SqliteResult<void> InstanceRows::on_opened(lib::SqliteDatabase& database) {
  if (!known_) return read(database);
  rewrite_ = true;
  return {};
}

lib::SqliteResult<void> InstanceRows::read(lib::SqliteDatabase& database) {
  lib::SqliteStatement statement;
  if (const auto ready = statement.prepare(database, kSelect); !ready) return ready;
  const base::SteadyTime now = clock_.steady_now();
  for (;;) {
    const auto row = statement.step();
    if (!row) return std::unexpected(row.error());
    if (!*row) break;
    const auto instance = instance_of(statement);
    const auto slot = instance ? watch_.restore(*instance, now) : std::nullopt;
    if (!slot || rowid(*slot) != statement.integer(0)) rewrite_ = true;
  }
  known_ = true;
  return {};
}

}  // namespace store

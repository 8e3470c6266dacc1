// SPDX-License-Identifier: MIT
#include "lib/sqlite.h"

#include <sqlite3.h>

#include <cstdlib>
#include <cstring>

namespace lib {
namespace {

SqliteFailure failure_of(int code) {
  switch (code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
      return SqliteFailure::kBusy;
    case SQLITE_FULL:
      return SqliteFailure::kFull;
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return SqliteFailure::kReadOnly;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return SqliteFailure::kBroken;
    case SQLITE_NOMEM:
      return SqliteFailure::kNoMemory;
    case SQLITE_IOERR:
      return code == SQLITE_IOERR_NOMEM ? SqliteFailure::kNoMemory : SqliteFailure::kInputOutput;
    case SQLITE_CANTOPEN:
      return SqliteFailure::kInputOutput;
    default:
      return SqliteFailure::kOther;
  }
}

// An I/O error tells the system's own reason, which decides what can be done: a full disk can show up as one.
SqliteFailure failure_of(int code, int system_errno) {
  const SqliteFailure failure = failure_of(code);
  if (failure != SqliteFailure::kInputOutput) return failure;
  if (system_errno == ENOSPC || system_errno == EDQUOT || system_errno == EFBIG) return SqliteFailure::kFull;
  if (system_errno == EROFS || system_errno == EACCES || system_errno == EPERM) return SqliteFailure::kReadOnly;
  return failure;
}

SqliteError error_of(sqlite3* database, const char* what, int code) {
  const SqliteFailure failure = failure_of(code, 0);
  const int system_errno = database != nullptr ? sqlite3_system_errno(database) : 0;
  const char* text = database != nullptr ? sqlite3_errmsg(database) : sqlite3_errstr(code);
  if (failure == SqliteFailure::kInputOutput && system_errno != 0) {
    return {failure_of(code, system_errno), base::Error::from_errno(system_errno, what)};
  }
  return {failure, base::Error::format("%s: %s", what, text)};
}

// After a checkpoint the log's file is cut back to this, should a reader have kept it growing.
constexpr char kSetUp[] =
    "PRAGMA journal_size_limit=4194304;"
    "PRAGMA temp_store=MEMORY;"
    "PRAGMA mmap_size=0;";

}  // namespace

base::Result<void> initialize_sqlite(std::size_t hard_limit_bytes) {
  // Both are refused with SQLITE_MISUSE when SQLite runs already: then they were set before. Without them SQLite takes
  // pools of small blocks and of pages in advance, before it knows how small its cache is to be.
  sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0);
  sqlite3_config(SQLITE_CONFIG_PAGECACHE, nullptr, 0, 0);
  const int code = sqlite3_initialize();
  if (code != SQLITE_OK) return std::unexpected(base::Error::format("start SQLite: %s", sqlite3_errstr(code)));
  sqlite3_hard_heap_limit64(static_cast<sqlite3_int64>(hard_limit_bytes));
  return {};
}

SqliteMemory sqlite_memory() {
  return {static_cast<std::size_t>(sqlite3_memory_used()), static_cast<std::size_t>(sqlite3_memory_highwater(0))};
}

std::string_view sqlite_version() { return sqlite3_libversion(); }

SqliteResult<void> SqliteStatement::prepare(SqliteDatabase& database, const char* sql) {
  finalize();
  const int code = sqlite3_prepare_v2(database.database_, sql, -1, &statement_, nullptr);
  if (code != SQLITE_OK) return database.failed("use the database", code);
  return {};
}

void SqliteStatement::finalize() { sqlite3_finalize(std::exchange(statement_, nullptr)); }

void SqliteStatement::bind(int parameter, std::int64_t value) { sqlite3_bind_int64(statement_, parameter, value); }
void SqliteStatement::bind(int parameter, double value) { sqlite3_bind_double(statement_, parameter, value); }
void SqliteStatement::bind_null(int parameter) { sqlite3_bind_null(statement_, parameter); }
void SqliteStatement::bind(int parameter, std::string_view text) {
  // A text without memory of its own is empty, not NULL.
  sqlite3_bind_text(statement_, parameter, text.data() == nullptr ? "" : text.data(), static_cast<int>(text.size()),
                    nullptr);
}

SqliteResult<bool> SqliteStatement::step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  sqlite3* database = sqlite3_db_handle(statement_);
  return std::unexpected(error_of(database, "use the database", sqlite3_extended_errcode(database)));
}

SqliteResult<void> SqliteStatement::run() {
  const SqliteResult<bool> stepped = step();
  reset();
  if (!stepped) return std::unexpected(stepped.error());
  return {};
}

void SqliteStatement::reset() { sqlite3_reset(statement_); }

std::int64_t SqliteStatement::integer(int column) const { return sqlite3_column_int64(statement_, column); }
double SqliteStatement::real(int column) const { return sqlite3_column_double(statement_, column); }
bool SqliteStatement::is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
std::string_view SqliteStatement::text(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  if (text == nullptr) return {};
  return {text, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

std::unexpected<SqliteError> SqliteDatabase::failed(const char* what, int code) const {
  return std::unexpected(error_of(database_, what, code));
}

int SqliteDatabase::on_commit(void* self, sqlite3*, const char*, int pages) {
  static_cast<SqliteDatabase*>(self)->log_pages_ = static_cast<std::size_t>(pages);
  return SQLITE_OK;
}

SqliteResult<void> SqliteDatabase::open(const char* path, std::size_t cache_kib) {
  abandon();
  int code = sqlite3_open_v2(path, &database_, SQLITE_OPEN_READWRITE, nullptr);
  if (code != SQLITE_OK) {
    const auto failure = failed("open the database", database_ ? sqlite3_extended_errcode(database_) : code);
    abandon();
    return failure;
  }
  sqlite3_extended_result_codes(database_, 1);
  int keep = 1;
  sqlite3_file_control(database_, "main", SQLITE_FCNTL_PERSIST_WAL, &keep);
  sqlite3_wal_hook(database_, &SqliteDatabase::on_commit, this);
  SqliteResult<void> ready = execute(kSetUp);
  if (ready) ready = set_cache(cache_kib);
  if (ready && sqlite3_db_readonly(database_, "main") == 1) {
    ready = std::unexpected(SqliteError{SqliteFailure::kReadOnly, base::Error::from_errno(EACCES, "write", path)});
  }
  if (!ready) abandon();
  return ready;
}

SqliteResult<void> SqliteDatabase::open_to_read(const char* path) {
  constexpr int kPatienceMs = 2000;
  abandon();
  const int code = sqlite3_open_v2(path, &database_, SQLITE_OPEN_READONLY, nullptr);
  if (code != SQLITE_OK) {
    const auto failure = failed("open the database", database_ ? sqlite3_extended_errcode(database_) : code);
    abandon();
    return failure;
  }
  sqlite3_extended_result_codes(database_, 1);
  sqlite3_busy_timeout(database_, kPatienceMs);
  return {};
}

SqliteResult<void> SqliteDatabase::set_cache(std::size_t kib) {
  base::FixedString<48> sql;
  sql.appendf("PRAGMA cache_size=-%zu", kib);
  return execute(sql.c_str());
}

bool SqliteDatabase::close() {
  if (database_ == nullptr) return true;
  const SqliteResult<CheckpointResult> copied = checkpoint(Checkpoint::kTruncate);
  abandon();
  return copied.has_value();
}

void SqliteDatabase::abandon() {
  if (database_ == nullptr) return;
  sqlite3_db_config(database_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  sqlite3_close_v2(std::exchange(database_, nullptr));
  log_pages_ = 0;
}

SqliteResult<void> SqliteDatabase::execute(const char* sql) {
  const int code = sqlite3_exec(database_, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return failed("use the database", code);
  return {};
}

SqliteResult<std::int64_t> SqliteDatabase::query_integer(const char* sql) {
  SqliteStatement statement;
  if (const auto ready = statement.prepare(*this, sql); !ready) return std::unexpected(ready.error());
  const SqliteResult<bool> row = statement.step();
  if (!row) return std::unexpected(row.error());
  return *row ? statement.integer(0) : 0;
}

SqliteResult<void> SqliteDatabase::check() {
  SqliteStatement statement;
  const auto ready = statement.prepare(*this, "PRAGMA quick_check(1)");
  if (!ready) return std::unexpected(ready.error());
  const SqliteResult<bool> row = statement.step();
  if (!row) return std::unexpected(row.error());
  const std::string_view finding = statement.text(0);
  if (finding == "ok") return {};
  // A page that could not be read, for want of memory or by a failing disk, is a finding too, but no damage.
  constexpr std::string_view kUnreadable = "error code=";
  const std::size_t at = finding.find(kUnreadable);
  const int code = at == std::string_view::npos ? SQLITE_CORRUPT : std::atoi(finding.data() + at + kUnreadable.size());
  return failed("check the database", code);
}

std::int64_t SqliteDatabase::changed_rows() const { return sqlite3_changes64(database_); }

SqliteResult<SqliteDatabase::CheckpointResult> SqliteDatabase::checkpoint(Checkpoint mode) {
  int log = 0;
  int copied = 0;
  const int how = mode == Checkpoint::kPassive ? SQLITE_CHECKPOINT_PASSIVE : SQLITE_CHECKPOINT_TRUNCATE;
  const int code = sqlite3_wal_checkpoint_v2(database_, "main", how, &log, &copied);
  if (code != SQLITE_OK) return failed("move new rows from the log into the database", code);
  // -1, -1: no log, because the database is not in that mode.
  CheckpointResult result;
  if (log > 0) result.log_pages = static_cast<std::size_t>(log);
  if (copied > 0) result.copied_pages = static_cast<std::size_t>(copied);
  if (result.copied_pages == result.log_pages) log_pages_ = 0;
  return result;
}

SqliteTransaction::~SqliteTransaction() {
  // After some errors SQLite has rolled back by itself: then there is nothing left to undo.
  if (begun_ && sqlite3_get_autocommit(database_.database_) == 0) {
    sqlite3_exec(database_.database_, "ROLLBACK", nullptr, nullptr, nullptr);
  }
}

SqliteResult<void> SqliteTransaction::begin(Durability durability) {
  const char* sql = durability == Durability::kFull ? "PRAGMA synchronous=FULL;BEGIN IMMEDIATE"
                                                    : "PRAGMA synchronous=NORMAL;BEGIN IMMEDIATE";
  SqliteResult<void> done = database_.execute(sql);
  begun_ = done.has_value();
  return done;
}

SqliteResult<void> SqliteTransaction::commit() {
  SqliteResult<void> done = database_.execute("COMMIT");
  if (done) begun_ = false;
  return done;
}

}  // namespace lib

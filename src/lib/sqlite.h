// SPDX-License-Identifier: MIT
// SQLite as the store uses it: one connection, statements, transactions, checkpoints, and errors sorted by what can be
// done about them. The only place that includes sqlite3.h. SQLite allocates within one hard limit for the whole
// process; past it a statement fails with kNoMemory, the process goes on. Source: https://sqlite.org/c3ref/intro.html
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string_view>
#include <utility>

#include "base/error.h"

struct sqlite3;
struct sqlite3_stmt;

namespace lib {

/// Why a call failed, as far as the caller can do something about it.
enum class SqliteFailure : std::uint8_t {
  kBusy,         // another program holds a lock
  kFull,         // no space left
  kReadOnly,     // file or file system cannot be written
  kInputOutput,  // the disk failed
  kBroken,       // the file is damaged, or no database
  kNoMemory,     // the hard limit was reached
  kOther,
};

struct SqliteError {
  SqliteFailure failure = SqliteFailure::kOther;
  base::Error error;  // "write metrics.db: database or disk is full"
};

template <class T>
using SqliteResult = std::expected<T, SqliteError>;

/// Before anything else here. Calling it again only sets the limit anew.
base::Result<void> initialize_sqlite(std::size_t hard_limit_bytes);

struct SqliteMemory {
  std::size_t used_bytes = 0;
  std::size_t highest_bytes = 0;  // since the start
};
SqliteMemory sqlite_memory();

std::string_view sqlite_version();

class SqliteDatabase;

/// One prepared statement. Must be gone before its database is closed.
class SqliteStatement {
 public:
  SqliteStatement() = default;
  SqliteStatement(SqliteStatement&& other) noexcept : statement_(std::exchange(other.statement_, nullptr)) {}
  SqliteStatement& operator=(SqliteStatement&& other) noexcept {
    std::swap(statement_, other.statement_);
    return *this;
  }
  ~SqliteStatement() { finalize(); }

  SqliteResult<void> prepare(SqliteDatabase& database, const char* sql);
  void finalize();

  /// Parameters count from 1. A text must live until the statement was reset.
  void bind(int parameter, std::int64_t value);
  void bind(int parameter, double value);
  void bind(int parameter, std::string_view text);
  void bind_null(int parameter);

  /// True: a row is there to read. False: done.
  SqliteResult<bool> step();
  /// Runs a statement that gives no rows, and resets it whatever came of it.
  SqliteResult<void> run();
  void reset();

  /// Columns count from 0; valid until the next step() or reset(). Absent (NULL) reads as 0 or empty.
  std::int64_t integer(int column) const;
  double real(int column) const;
  std::string_view text(int column) const;
  bool is_null(int column) const;

 private:
  sqlite3_stmt* statement_ = nullptr;
};

class SqliteDatabase {
 public:
  /// Whether a commit waits for the disk. kNormal: a power cut can take the last commits, never the file's soundness.
  /// kFull: what was committed stays. Source: https://sqlite.org/pragma.html#pragma_synchronous
  enum class Durability : std::uint8_t { kNormal, kFull };

  SqliteDatabase() = default;
  SqliteDatabase(const SqliteDatabase&) = delete;
  SqliteDatabase& operator=(const SqliteDatabase&) = delete;
  ~SqliteDatabase() { abandon(); }

  /// Opens an existing file (it may be empty) for reading and writing; kReadOnly when it can only be read. `path` is
  /// an absolute or relative path, never an URI. The write-ahead log is not checkpointed unless checkpoint() is
  /// called, and it stays in the folder after close(), so that a reader who may not write there can still read.
  SqliteResult<void> open(const char* path, std::size_t cache_kib);
  /// Opens an existing file to read it, beside whoever writes to it.
  SqliteResult<void> open_to_read(const char* path);
  bool is_open() const { return database_ != nullptr; }
  SqliteResult<void> set_cache(std::size_t kib);

  /// Copies the log into the file and closes. False when the log could not be copied (it stays, nothing is lost).
  bool close();
  /// Closes without touching the files: they failed, or are not ours any more.
  void abandon();

  /// One or more statements without results.
  SqliteResult<void> execute(const char* sql);
  /// The first column of the first row; 0 when there is none.
  SqliteResult<std::int64_t> query_integer(const char* sql);
  /// Reads the whole file: kBroken when it is not sound. Source: https://sqlite.org/pragma.html#pragma_quick_check
  SqliteResult<void> check();
  /// Rows that the last INSERT, UPDATE or DELETE changed.
  std::int64_t changed_rows() const;

  enum class Checkpoint : std::uint8_t {
    kPassive,   // as far as readers allow, never waits
    kTruncate,  // and empties the log; kBusy when a reader stands in the way
  };
  struct CheckpointResult {
    std::size_t log_pages = 0;
    std::size_t copied_pages = 0;  // less than log_pages: a reader still needs the rest
  };
  SqliteResult<CheckpointResult> checkpoint(Checkpoint mode);
  /// Pages in the log after the last commit of this connection.
  std::size_t log_pages() const { return log_pages_; }

 private:
  friend class SqliteStatement;
  friend class SqliteTransaction;

  static int on_commit(void* self, sqlite3* database, const char* name, int pages);
  std::unexpected<SqliteError> failed(const char* what, int code) const;

  sqlite3* database_ = nullptr;
  std::size_t log_pages_ = 0;
};

/// A write transaction. Rolled back at the end of its scope unless commit() succeeded.
class SqliteTransaction {
 public:
  using Durability = SqliteDatabase::Durability;

  explicit SqliteTransaction(SqliteDatabase& database) : database_(database) {}
  SqliteTransaction(const SqliteTransaction&) = delete;
  SqliteTransaction& operator=(const SqliteTransaction&) = delete;
  ~SqliteTransaction();

  SqliteResult<void> begin(Durability durability = Durability::kNormal);
  SqliteResult<void> commit();

 private:
  SqliteDatabase& database_;
  bool begun_ = false;
};

}  // namespace lib

// SPDX-License-Identifier: MIT
#include "lib/sqlite.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>

using lib::SqliteDatabase;
using lib::SqliteFailure;
using lib::SqliteTransaction;

namespace {

constexpr std::size_t kLimit = 192 * 1024;

struct File {
  File() {
    std::string name = (std::filesystem::temp_directory_path() / "limpet-sqlite-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    folder = name;
    path = folder + "/test.db";
    ::close(::creat(path.c_str(), 0640));
    REQUIRE(lib::initialize_sqlite(kLimit));
  }
  ~File() { std::filesystem::remove_all(folder); }

  std::string folder;
  std::string path;
};

struct Opened : File {
  Opened() {
    REQUIRE(database.open(path.c_str(), 64));
    REQUIRE(database.execute("PRAGMA journal_mode=WAL; CREATE TABLE t(a, b)"));
  }
  std::int64_t count() { return database.query_integer("SELECT count(*) FROM t").value_or(-1); }

  SqliteDatabase database;
};

}  // namespace

TEST_CASE("values come back as they were bound") {
  Opened file;
  lib::SqliteStatement insert;
  REQUIRE(insert.prepare(file.database, "INSERT INTO t VALUES(?1, ?2)"));
  insert.bind(1, std::int64_t{-9'000'000'000});
  insert.bind(2, std::string_view("a\0b", 3));
  REQUIRE(insert.run());
  CHECK(file.database.changed_rows() == 1);
  insert.bind(1, 42.3);
  insert.bind_null(2);
  REQUIRE(insert.run());

  lib::SqliteStatement select;
  REQUIRE(select.prepare(file.database, "SELECT a, b FROM t"));
  REQUIRE(select.step().value_or(false));
  CHECK(select.integer(0) == -9'000'000'000);
  CHECK(select.text(1) == std::string_view("a\0b", 3));
  REQUIRE(select.step().value_or(false));
  CHECK(select.real(0) == 42.3);
  CHECK(select.is_null(1));
  CHECK(select.text(1).empty());
  CHECK_FALSE(select.step().value_or(true));
}

TEST_CASE("a transaction that is not committed leaves nothing, whatever its durability") {
  Opened file;
  for (const auto durability : {SqliteTransaction::Durability::kNormal, SqliteTransaction::Durability::kFull}) {
    {
      SqliteTransaction transaction(file.database);
      REQUIRE(transaction.begin(durability));
      REQUIRE(file.database.execute("INSERT INTO t VALUES(1, 2)"));
    }
    CHECK(file.count() == 0);
  }
  SqliteTransaction transaction(file.database);
  REQUIRE(transaction.begin(SqliteTransaction::Durability::kFull));
  CHECK(file.database.query_integer("PRAGMA synchronous").value_or(-1) == 2);
  REQUIRE(file.database.execute("INSERT INTO t VALUES(1, 2)"));
  REQUIRE(transaction.commit());
  CHECK(file.count() == 1);
  SqliteTransaction normal(file.database);
  REQUIRE(normal.begin());
  CHECK(file.database.query_integer("PRAGMA synchronous").value_or(-1) == 1);
}

TEST_CASE("errors say what can be done about them") {
  Opened file;
  SUBCASE("another connection writes") {
    SqliteDatabase other;
    REQUIRE(other.open(file.path.c_str(), 64));
    SqliteTransaction theirs(other);
    REQUIRE(theirs.begin());
    SqliteTransaction ours(file.database);
    const auto begun = ours.begin();
    REQUIRE_FALSE(begun);
    CHECK(begun.error().failure == SqliteFailure::kBusy);
  }
  SUBCASE("garbage") {
    file.database.abandon();
    std::filesystem::resize_file(file.path, 0);
    const int fd = ::open(file.path.c_str(), O_WRONLY);
    CHECK(::write(fd, "this is no database at all", 26) == 26);
    ::close(fd);
    std::filesystem::remove(file.path + "-wal");
    const auto opened = file.database.open(file.path.c_str(), 64);
    const auto read = opened ? file.database.query_integer("SELECT count(*) FROM sqlite_schema") : 0;
    REQUIRE_FALSE((opened && read));
    CHECK((opened ? read.error() : opened.error()).failure == SqliteFailure::kBroken);
  }
  SUBCASE("a file that is not there is not made") {
    SqliteDatabase other;
    CHECK_FALSE(other.open((file.folder + "/missing.db").c_str(), 64));
    CHECK_FALSE(std::filesystem::exists(file.folder + "/missing.db"));
    CHECK_FALSE(other.is_open());
  }
  SUBCASE("a mistake in the statement") {
    const auto done = file.database.execute("SELEKT 1");
    REQUIRE_FALSE(done);
    CHECK(done.error().failure == SqliteFailure::kOther);
    CHECK(std::string(done.error().error.text()).find("SELEKT") != std::string::npos);
  }
  SUBCASE("double quotes are no string: a misspelt column is an error") {
    lib::SqliteStatement statement;
    CHECK_FALSE(statement.prepare(file.database, "SELECT \"nothing\" FROM t"));
  }
}

TEST_CASE("a statement past the memory limit fails, and the connection goes on") {
  Opened file;
  const auto done = file.database.execute("INSERT INTO t VALUES(randomblob(1000000), 1)");
  REQUIRE_FALSE(done);
  CHECK(done.error().failure == SqliteFailure::kNoMemory);
  CHECK(file.database.execute("INSERT INTO t VALUES(1, 1)").has_value());
  CHECK(file.count() == 1);
  CHECK(lib::sqlite_memory().used_bytes > 0);
  CHECK(lib::sqlite_memory().highest_bytes <= kLimit);
}

TEST_CASE("a check finds damage, and does not take a lack of memory for it") {
  Opened file;
  lib::SqliteStatement insert;
  REQUIRE(insert.prepare(file.database, "INSERT INTO t VALUES(randomblob(500), ?1)"));
  for (int i = 0; i < 2000; ++i) REQUIRE(insert.run());
  insert.finalize();
  CHECK(file.database.check().has_value());
  REQUIRE(file.database.close());
  int refused = 0;
  for (std::size_t limit = 16 * 1024; limit < kLimit; limit += 512) {
    REQUIRE(lib::initialize_sqlite(kLimit));
    REQUIRE(file.database.open(file.path.c_str(), 64));
    REQUIRE(lib::initialize_sqlite(limit));
    const auto checked = file.database.check();
    if (!checked) CHECK(checked.error().failure == SqliteFailure::kNoMemory);
    refused += !checked;
  }
  CHECK(refused > 0);
  REQUIRE(lib::initialize_sqlite(kLimit));
  file.database.abandon();
  const int fd = ::open(file.path.c_str(), O_WRONLY);
  CHECK(::pwrite(fd, "damage in the middle of a page", 30, 100 * 4096) == 30);
  ::close(fd);
  REQUIRE(file.database.open(file.path.c_str(), 64));
  const auto checked = file.database.check();
  REQUIRE_FALSE(checked);
  CHECK(checked.error().failure == SqliteFailure::kBroken);
}

TEST_CASE("the log is never moved into the file unasked, and stays in the folder after closing, empty") {
  Opened file;
  REQUIRE(file.database.checkpoint(SqliteDatabase::Checkpoint::kTruncate));
  const auto size = std::filesystem::file_size(file.path);
  REQUIRE(file.database.execute("BEGIN"));
  lib::SqliteStatement insert;
  REQUIRE(insert.prepare(file.database, "INSERT INTO t VALUES(randomblob(1000), 1)"));
  for (int i = 0; i < 5000; ++i) REQUIRE(insert.run());
  REQUIRE(file.database.execute("COMMIT"));
  CHECK(file.database.log_pages() > 1000);
  CHECK(std::filesystem::file_size(file.path) == size);
  const auto result = file.database.checkpoint(SqliteDatabase::Checkpoint::kPassive);
  REQUIRE(result);
  CHECK(result->copied_pages == result->log_pages);
  CHECK(file.database.log_pages() == 0);
  CHECK(std::filesystem::file_size(file.path) > 5'000'000);
  insert.finalize();
  CHECK(file.database.close());
  CHECK(std::filesystem::file_size(file.path + "-wal") == 0);
  CHECK(std::filesystem::exists(file.path + "-shm"));
}

TEST_CASE("a reader keeps the log from being emptied, and that is told") {
  Opened file;
  REQUIRE(file.database.execute("INSERT INTO t VALUES(1, 1)"));
  SqliteDatabase reader;
  REQUIRE(reader.open(file.path.c_str(), 64));
  REQUIRE(reader.execute("BEGIN"));
  REQUIRE(reader.query_integer("SELECT count(*) FROM t").value_or(0) == 1);
  REQUIRE(file.database.execute("INSERT INTO t VALUES(2, 2)"));
  const auto passive = file.database.checkpoint(SqliteDatabase::Checkpoint::kPassive);
  REQUIRE(passive);
  CHECK(passive->copied_pages < passive->log_pages);
  const auto truncate = file.database.checkpoint(SqliteDatabase::Checkpoint::kTruncate);
  REQUIRE_FALSE(truncate);
  CHECK(truncate.error().failure == SqliteFailure::kBusy);
  REQUIRE(reader.execute("COMMIT"));
  CHECK(file.database.checkpoint(SqliteDatabase::Checkpoint::kTruncate).has_value());
}

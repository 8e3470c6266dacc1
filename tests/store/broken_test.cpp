// SPDX-License-Identifier: MIT
// Databases that are damaged, deleted, replaced, or not ours: before the start and under the running store.
#include <fstream>
#include <random>

#include "history_box.h"
#include "store/history.h"

using namespace history_box;
using store::StoreTrouble;

namespace {

std::string read_whole(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write_whole(const std::string& path, const std::string& bytes) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

std::string garbage(std::size_t length, unsigned seed = 1) {
  std::mt19937 random(seed);
  std::string bytes(length, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

void overwrite(const std::string& path, std::size_t offset, const std::string& bytes) {
  std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(static_cast<std::streamoff>(offset)).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

std::vector<std::string> set_aside(const Box& box) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(box.options.directory)) {
    const std::string name = entry.path().filename();
    if (name.starts_with("metrics.db.broken-") && !name.ends_with("-wal") && !name.ends_with("-shm")) {
      names.push_back(name);
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

TEST_CASE("garbage in place of the database is set aside unchanged, and a new one begun") {
  const std::pair<const char*, std::string> kinds[] = {
      {"random bytes", garbage(100'000)},
      {"text", "this is no database\n"},
      {"a single byte", "x"},
      {"zeros", std::string(65'536, '\0')},
      {"a header and then garbage", std::string("SQLite format 3\0", 16) + garbage(50'000)},
      {"a header and nothing", std::string("SQLite format 3\0", 16)},
  };
  for (const auto& [kind, bytes] : kinds) {
    CAPTURE(kind);
    Box box;
    write_whole(box.database(), bytes);
    CHECK(box.history.open(box.options));
    CHECK(box.history.status().broken_files == 1);
    box.cycles(3);
    CHECK(box.count() == 3);
    REQUIRE(set_aside(box).size() == 1);
    CHECK(set_aside(box)[0] == "metrics.db.broken-20251121-200410");
    CHECK(read_whole(box.options.directory + "/" + set_aside(box)[0]) == bytes);
  }
}

TEST_CASE("an empty file is a database that has not begun") {
  Box box;
  write_whole(box.database(), "");
  CHECK(box.history.open(box.options));
  box.cycles(3);
  CHECK(box.count() == 3);
  CHECK(set_aside(box).empty());
}

TEST_CASE("a database with damaged or missing pages is set aside at the start, with its log") {
  for (const bool cut : {false, true}) {
    CAPTURE(cut);
    Folder folder;
    {
      Box box(folder.path("data"));
      REQUIRE(box.history.open(box.options));
      box.cycles(200);
      box.history.close();
    }
    Box box(folder.path("data"));
    if (cut) {
      std::filesystem::resize_file(box.database(), 20'000);
    } else {
      overwrite(box.database(), 4096, garbage(std::filesystem::file_size(box.database()) - 4096));
    }
    CHECK(box.history.open(box.options));
    CHECK(box.history.status().broken_files == 1);
    box.cycles(3);
    CHECK(box.count() == 3);
    CHECK(box.check() == "ok");
  }
}

TEST_CASE("a garbled log is ignored: SQLite tells its rows by their checksums") {
  Folder folder;
  {
    Box box(folder.path("data"));
    REQUIRE(box.history.open(box.options));
    box.cycles(5);
    box.history.close();
  }
  Box box(folder.path("data"));
  write_whole(box.database() + "-wal", garbage(30'000));
  REQUIRE(box.history.open(box.options));
  box.cycles(3);
  CHECK(box.count() == 8);
  CHECK(set_aside(box).empty());
}

TEST_CASE("damage that a statement of the running store meets: what memory holds is in the new database") {
  Box box;
  box.options.flush_interval = 10s;
  REQUIRE(box.history.open(box.options));
  box.cycles(500);
  const auto attack = [&](auto&& harm) {
    harm();
    box.cycles(8);
    CHECK(box.history.status().trouble == StoreTrouble::kNone);
    CHECK(box.check() == "ok");
  };
  SUBCASE("overwritten with garbage") {
    attack([&] { overwrite(box.database(), 0, garbage(std::filesystem::file_size(box.database()))); });
    CHECK(set_aside(box).size() == 1);
  }
  SUBCASE("cut to nothing") {
    attack([&] { std::filesystem::resize_file(box.database(), 0); });
  }
  SUBCASE("deleted") {
    attack([&] { std::filesystem::remove(box.database()); });
    CHECK(set_aside(box).empty());
  }
  SUBCASE("the whole folder deleted") {
    attack([&] { std::filesystem::remove_all(box.options.directory); });
  }
  SUBCASE("the whole folder replaced") {
    attack([&] {
      std::filesystem::rename(box.options.directory, box.folder.path("old"));
      std::filesystem::create_directory(box.options.directory);
    });
  }
  SUBCASE("another file in its place") {
    attack([&] {
      write_whole(box.folder.path("other"), garbage(10'000));
      std::filesystem::rename(box.folder.path("other"), box.database());
    });
    CHECK(set_aside(box).size() == 1);
  }
  box.history.close();
  CHECK(box.count() == 508);
}

TEST_CASE("at most two damaged databases are kept, the newest") {
  Box box;
  box.options.flush_interval = 10s;
  for (int run = 0; run < 4; ++run) {
    write_whole(box.database(), garbage(5000, static_cast<unsigned>(run)));
    write_whole(box.database() + "-wal", "log");
    box.clock.advance(1h);
    REQUIRE(box.history.open(box.options));
    box.cycle();
    box.history.close();
  }
  REQUIRE(set_aside(box).size() == 2);
  CHECK(read_whole(box.options.directory + "/" + set_aside(box)[0]) == garbage(5000, 2));
  CHECK(read_whole(box.options.directory + "/" + set_aside(box)[1]) == garbage(5000, 3));
  std::size_t files = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(box.options.directory)) ++files;
  CHECK(files <= 2 * 3 + 3 + 1);
}

TEST_CASE("a database that is damaged again and again within one second loses none of the earlier ones' names") {
  Box box;
  box.options.flush_interval = 10s;
  write_whole(box.database(), garbage(5000, 1));
  REQUIRE(box.history.open(box.options));
  box.history.close();
  write_whole(box.database(), garbage(5000, 2));
  REQUIRE(box.history.open(box.options));
  box.history.close();
  CHECK(set_aside(box).size() == 2);
}

TEST_CASE("a database of a newer Limpet is refused and left as it is; samples stay in memory") {
  Folder folder;
  {
    Box box(folder.path("data"));
    REQUIRE(box.history.open(box.options));
    box.cycles(5);
    box.history.close();
    Reader(box.database()).execute("PRAGMA user_version=9999; PRAGMA wal_checkpoint(TRUNCATE)");
  }
  Box box(folder.path("data"));
  const std::string before = read_whole(box.database());
  CHECK(box.history.open(box.options));
  CHECK(box.history.status().trouble == StoreTrouble::kNewer);
  box.cycles(10);
  box.history.close();
  CHECK(box.history.status().samples_waiting == 10);
  CHECK(read_whole(box.database()) == before);
  CHECK(set_aside(box).empty());

  SUBCASE("moved away, a new one is begun without a restart") {
    REQUIRE(box.history.open(box.options));
    std::filesystem::remove(box.database());
    box.cycles(40);
    CHECK(box.history.status().trouble == StoreTrouble::kNone);
    CHECK(box.count() >= 20);
  }
}

TEST_CASE("a database of something else is refused and left as it is") {
  Box box;
  write_whole(box.database(), "");
  Reader(box.database())
      .execute("CREATE TABLE metrics(id INTEGER PRIMARY KEY, name TEXT); INSERT INTO metrics VALUES(1,'x')");
  const std::string before = read_whole(box.database());
  CHECK(box.history.open(box.options));
  CHECK(box.history.status().trouble == StoreTrouble::kForeign);
  box.cycles(5);
  box.history.close();
  CHECK(read_whole(box.database()) == before);
}

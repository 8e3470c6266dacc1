// SPDX-License-Identifier: MIT
#include "store/instance_rows.h"

#include <sys/wait.h>

#include <csignal>

#include "history_box.h"

using namespace history_box;
using Strings = std::vector<std::string>;
using Outcome = rules::InstanceWatch::Outcome;

namespace {

struct InstancesBox : Box {
  explicit InstancesBox(std::string directory = "") : Box(std::move(directory)) {
    watch->on_turn(clock.steady_now(), 10s);
    commit.add(rows);
  }

  void on_news(const rules::InstanceNews&) {}
  void on_saved() { ++saved; }
  rules::InstanceWatch::Moment moment() { return {clock.steady_now(), clock.wall_now()}; }
  Outcome start(std::string_view key) { return watch->start(key, "nas", ++nonce, moment(), kOptions); }
  std::string id(std::string_view key) { return std::string(watch->find(key).value_or(rules::Instance{}).id); }
  Strings table() {
    return Reader(database())
        .rows(
            "SELECT rowid, instance_id, scrapper_key, hostname, status, created_at, last_heartbeat, error_message, "
            "notification_count FROM monitoring_instances ORDER BY rowid",
            9);
  }

  static constexpr rules::InstanceWatch::Options kOptions{.stale_after = 600s, .max_notifications = 3};
  std::uint32_t nonce = 0;
  int saved = 0;
  std::unique_ptr<rules::InstanceWatch> watch =
      std::make_unique<rules::InstanceWatch>(rules::InstanceWatch::Tell::to<&InstancesBox::on_news>(*this));
  store::TurnCommit commit{clock, shared};
  store::InstanceRows rows{*watch, clock, base::Callback<>::to<&InstancesBox::on_saved>(*this)};
};

}  // namespace

TEST_CASE("the table has the columns of the earlier monitor, in their order") {
  InstancesBox box;
  REQUIRE(box.history.open(box.options));
  CHECK(Reader(box.database()).rows("SELECT name, type, pk FROM pragma_table_info('monitoring_instances')", 3) ==
        Strings{"instance_id|TEXT|1", "scrapper_key|TEXT|0", "hostname|TEXT|0", "status|TEXT|0", "created_at|TEXT|0",
                "last_heartbeat|TEXT|0", "error_message|TEXT|0", "notification_count|INTEGER|0"});
  CHECK(Reader(box.database())
            .number("SELECT count(*) FROM pragma_index_list('monitoring_instances') l, pragma_index_info(l.name) i "
                    "WHERE l.\"unique\" AND i.name='scrapper_key'") == 1);
}

TEST_CASE("states are written at the end of their turn, signs of life when they are flushed") {
  InstancesBox box;
  REQUIRE(box.history.open(box.options));
  box.commit.run();
  CHECK(box.rows.known());
  CHECK(box.start("a") == Outcome::kDone);
  CHECK(box.start("b") == Outcome::kDone);
  box.commit.run();
  CHECK(box.saved == 1);
  CHECK(box.table() ==
        Strings{"1|nas_a_00000001|a|nas|running|2025-11-21T20:04:10+00:00|2025-11-21T20:04:10+00:00|NULL|0",
                "2|nas_b_00000002|b|nas|running|2025-11-21T20:04:10+00:00|2025-11-21T20:04:10+00:00|NULL|0"});
  box.clock.advance(60s);
  box.watch->alive(box.id("a"), box.moment());
  box.commit.run();
  CHECK(box.saved == 1);
  CHECK(box.table()[0].contains("|2025-11-21T20:04:10+00:00|NULL"));
  box.rows.flush();
  box.commit.run();
  CHECK(box.saved == 2);
  CHECK(box.table()[0].contains("|2025-11-21T20:05:10+00:00|NULL"));
  box.rows.flush();
  box.commit.run();
  CHECK(box.saved == 2);
  box.watch->crash(box.id("b"), "disk full", box.moment());
  box.commit.run();
  CHECK(box.table()[1] ==
        "2|nas_b_00000002|b|nas|crashed|2025-11-21T20:04:10+00:00|2025-11-21T20:05:10+00:00|disk full|0");
  box.start("b");
  box.commit.run();
  CHECK(box.table()[1] == "2|nas_b_00000003|b|nas|running|2025-11-21T20:04:10+00:00|2025-11-21T20:05:10+00:00|NULL|0");
}

TEST_CASE("what was committed is there after kill -9, and is known again") {
  Folder folder;
  const pid_t writer = ::fork();
  if (writer == 0) {
    InstancesBox box(folder.path("data"));
    if (!box.history.open(box.options)) ::_exit(1);
    box.start("a");
    box.start("b");
    box.watch->crash(box.id("b"), "disk full", box.moment());
    box.commit.run();
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ::waitpid(writer, &status, 0);
  REQUIRE(WIFSIGNALED(status));
  InstancesBox box(folder.path("data"));
  REQUIRE(box.history.open(box.options));
  CHECK_FALSE(box.rows.known());
  box.commit.run();
  CHECK(box.rows.known());
  CHECK(box.watch->size() == 2);
  CHECK(box.watch->find("b")->error == "disk full");
  CHECK(box.watch->find("b")->status == rules::InstanceStatus::kCrashed);
  CHECK(box.watch->find("a")->created_at == kStart);
  CHECK(box.start("a") == Outcome::kRunning);
  CHECK(box.watch->alive("nas_a_00000001", box.moment()) == Outcome::kDone);
  CHECK(box.saved == 0);
}

TEST_CASE("what was evicted goes from the table, and its row is used again") {
  InstancesBox box;
  REQUIRE(box.history.open(box.options));
  for (std::size_t i = 0; i < rules::InstanceWatch::kSlots; ++i)
    REQUIRE(box.start("k" + std::to_string(i)) == Outcome::kDone);
  box.watch->stop(box.id("k5"), box.moment());
  box.commit.run();
  CHECK(box.start("new") == Outcome::kDone);
  box.commit.run();
  const Strings table = box.table();
  CHECK(table.size() == rules::InstanceWatch::kSlots);
  CHECK(table[5].starts_with("6|nas_new_"));
}

TEST_CASE("keys that changed places in one turn") {
  InstancesBox box;
  REQUIRE(box.history.open(box.options));
  const std::string tail(235, 'k');
  std::size_t count = 0;
  while (box.start(std::to_string(1000 + count) + tail) == Outcome::kDone) ++count;
  for (const char* key : {"1000", "1001"}) box.watch->stop(box.id(key + tail), box.moment());
  box.commit.run();
  box.clock.advance(1s);
  // Room for the one is made by the other's going, and then the other comes back to what is left.
  CHECK(box.start("1001" + tail) == Outcome::kDone);
  CHECK(box.start("2000" + tail) == Outcome::kDone);
  box.watch->stop(box.id("1001" + tail), box.moment());
  CHECK(box.start("1000" + tail) == Outcome::kDone);
  box.commit.run();
  CHECK(box.table().size() == box.watch->size());
  InstancesBox next(box.options.directory + "2");
  std::filesystem::create_directories(next.options.directory);
  std::filesystem::copy(box.database(), next.database());
  std::filesystem::copy(box.database() + "-wal", next.database() + "-wal");
  REQUIRE(next.history.open(next.options));
  next.commit.run();
  CHECK(next.watch->size() == box.watch->size());
  CHECK(next.id("1000" + tail) == box.id("1000" + tail));
  CHECK(next.id("2000" + tail) == box.id("2000" + tail));
}

TEST_CASE("a database that was deleted gets all of them again") {
  InstancesBox box;
  REQUIRE(box.history.open(box.options));
  box.start("a");
  box.commit.run();
  for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(box.database() + end);
  box.clock.advance(10s);
  box.commit.retry();
  box.start("b");
  box.commit.run();
  CHECK(box.table().size() == 2);
}

TEST_CASE("rows that are not ours are left out, and a table that others changed is written anew") {
  InstancesBox box;
  REQUIRE(box.history.open(box.options));
  Reader(box.database())
      .execute(
          "INSERT INTO monitoring_instances(rowid, instance_id, scrapper_key, hostname, status, created_at, "
          "last_heartbeat, notification_count) VALUES"
          "(70, 'h_far_0000000a', 'far', 'h', 'running', '2025-11-21T20:04:10+00:00', '2025-11-21T20:04:10+00:00', 1),"
          "(71, 'h_x_0000000b', 'x', 'h', 'asleep', '2025-11-21T20:04:10+00:00', '2025-11-21T20:04:10+00:00', 0),"
          "(72, 'h_y_0000000c', 'y', 'h', 'running', 'yesterday', NULL, 0),"
          "(73, 'anything', 'z', 'h', 'running', '2025-11-21T20:04:10+00:00', '2025-11-21T20:04:10+00:00', 0)");
  box.commit.run();
  box.clock.advance(10s);
  box.commit.retry();
  CHECK(box.watch->size() == 1);
  CHECK(box.watch->find("far")->notifications == 1);
  CHECK(box.table() ==
        Strings{"1|h_far_0000000a|far|h|running|2025-11-21T20:04:10+00:00|2025-11-21T20:04:10+00:00|NULL|1"});
}

TEST_CASE("what was registered before the database could be opened is kept beside what is in it") {
  Folder folder;
  {
    InstancesBox box(folder.path("data"));
    REQUIRE(box.history.open(box.options));
    box.start("a");
    box.start("b");
    box.commit.run();
    box.history.close();
  }
  InstancesBox box(folder.path("data"));
  box.nonce = 100;
  CHECK(box.start("b") == Outcome::kDone);
  CHECK(box.start("c") == Outcome::kDone);
  REQUIRE(box.history.open(box.options));
  box.commit.run();
  box.commit.run();
  CHECK(box.watch->size() == 3);
  CHECK(box.table().size() == 3);
  CHECK(box.id("b") == "nas_b_00000065");
}

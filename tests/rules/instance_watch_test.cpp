// SPDX-License-Identifier: MIT
#include "rules/instance_watch.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using rules::Instance;
using rules::InstanceStatus;
using rules::InstanceWatch;
using Outcome = InstanceWatch::Outcome;
using Unsaved = InstanceWatch::Unsaved;
using Strings = std::vector<std::string>;

namespace {

constexpr std::string_view kNothing;

std::string shown(const rules::InstanceNews& news) {
  std::string text(rules::row_of(news.kind).name.substr(std::string_view("instance_").size()));
  text.append(" ").append(news.instance.key);
  if (!news.instance.error.empty()) text.append(": ").append(news.instance.error);
  if (news.silence > 0s) {
    text += ", silent for " + std::to_string(std::chrono::duration_cast<std::chrono::seconds>(news.silence).count());
  }
  return text;
}

// Time goes on in seconds since the start; a turn of Limpet's loop stands before each call, as in the daemon.
struct Box {
  Strings news;
  base::SteadyTime boot{100h};
  base::WallTime wall{std::chrono::sys_days(std::chrono::January / 2 / 2026)};
  base::Duration now{};
  std::uint32_t nonce = 0x100;
  InstanceWatch::Options options{.stale_after = 600s, .max_notifications = 3};
  std::unique_ptr<InstanceWatch> watch = make();

  std::unique_ptr<InstanceWatch> make() {
    auto made = std::make_unique<InstanceWatch>(InstanceWatch::Tell::to<&Box::on_news>(*this));
    made->on_turn(boot + now, 10s);
    return made;
  }
  void on_news(const rules::InstanceNews& one) { news.push_back(shown(one)); }
  Strings take() { return std::exchange(news, {}); }
  InstanceWatch::Moment moment() const { return {boot + now, wall + now}; }

  void pass(base::Duration time) {
    for (const base::Duration end = now + time; now < end;) {
      now = std::min(end, now + 10s);
      watch->on_turn(boot + now, 10s);
    }
  }
  Outcome start(std::string_view key, std::string_view host = "box") {
    return watch->start(key, host, ++nonce, moment(), options);
  }
  std::string id(std::string_view key) const { return std::string(watch->find(key).value_or(Instance{}).id); }
  Outcome alive(std::string_view key) { return watch->alive(id(key), moment()); }
  Outcome crash(std::string_view key, std::string_view error) { return watch->crash(id(key), error, moment()); }
  Outcome stop(std::string_view key) { return watch->stop(id(key), moment()); }
  Strings check() {
    while (watch->check(moment(), options, 8)) {
    }
    return take();
  }
  std::string status(std::string_view key) const {
    const auto one = watch->find(key);
    return one ? std::string(rules::instance_status_name(one->status)) : "none";
  }
  Strings newest_first() const {
    Strings keys;
    std::optional<InstanceWatch::Position> last;
    while ((last = watch->next(last))) keys.emplace_back(watch->at(*last).key);
    return keys;
  }
};

}  // namespace

TEST_CASE("a script from its start to its stop") {
  Box box;
  CHECK(box.start("backup", "nas") == Outcome::kDone);
  CHECK(box.take() == Strings{"started backup"});
  const auto one = box.watch->find("backup");
  REQUIRE(one);
  CHECK(one->id == "nas_backup_00000101");
  CHECK(one->host == "nas");
  CHECK(one->status == InstanceStatus::kRunning);
  CHECK(one->created_at == box.wall);
  box.pass(300s);
  CHECK(box.alive("backup") == Outcome::kDone);
  CHECK(box.watch->find("backup")->last_heartbeat == box.wall + 300s);
  CHECK(box.stop("backup") == Outcome::kDone);
  CHECK(box.take() == Strings{"stopped backup"});
  CHECK(box.status("backup") == "stopped");
  CHECK(box.watch->find("backup")->created_at == box.wall);
}

TEST_CASE("who is silent is told of so many times, then crashed, once") {
  const struct {
    const char* reason;
    unsigned most;
    std::vector<base::Duration> alive;  // seconds of signs of life; checks are every 300 s
    Strings news;
  } cases[] = {
      {"dies at once",
       3,
       {},
       {"900 stale a, silent for 900", "1200 stale a, silent for 1200", "1500 stale a, silent for 1500",
        "1800 crashed a: No heartbeat received, silent for 1800"}},
      {"told once", 1, {}, {"900 stale a, silent for 900", "1200 crashed a: No heartbeat received, silent for 1200"}},
      {"never told as stale", 0, {}, {"900 crashed a: No heartbeat received, silent for 900"}},
      {"a sign of life begins the count anew",
       2,
       {1250s},
       {"900 stale a, silent for 900", "1200 stale a, silent for 1200", "2100 stale a, silent for 850",
        "2400 stale a, silent for 1150"}},
      {"exactly stale_after is not longer than it", 3, {600s, 1200s, 1800s}, {}},
      {"given up, and back",
       0,
       {1000s, 1600s, 2200s},
       {"900 crashed a: No heartbeat received, silent for 900", "1000 back a, silent for 1000"}},
  };
  for (const auto& test : cases) {
    CAPTURE(test.reason);
    Box box;
    box.options.max_notifications = test.most;
    box.start("a");
    box.take();
    Strings news;
    const auto note = [&](const Strings& some) {
      const auto second = std::chrono::duration_cast<std::chrono::seconds>(box.now).count();
      for (const std::string& one : some) news.push_back(std::to_string(second) + " " + one);
    };
    for (base::Duration at = 10s; at <= 2400s; at += 10s) {
      box.pass(10s);
      if (std::ranges::find(test.alive, at) != test.alive.end()) CHECK(box.alive("a") == Outcome::kDone);
      note(box.take());
      if (at % 300s == 0s) note(box.check());
    }
    CHECK(news == test.news);
  }
}

TEST_CASE("a key that runs is taken, until it has been silent for stale_after") {
  Box box;
  box.start("a", "old");
  box.watch->all_saved();
  const std::string first = box.id("a");
  box.take();
  CHECK(box.start("a") == Outcome::kRunning);
  box.pass(599s);
  CHECK(box.start("a") == Outcome::kRunning);
  CHECK(box.take() == Strings{});
  box.pass(1s);
  CHECK(box.start("a", "new") == Outcome::kDone);
  CHECK(box.take() == Strings{"crashed a: No heartbeat received, silent for 600", "started a"});
  CHECK(box.id("a") != first);
  CHECK(box.watch->find("a")->host == "new");
  CHECK(box.watch->find("a")->error.empty());
  CHECK(box.watch->find("a")->created_at == box.wall);
  CHECK(box.watch->alive(first, box.moment()) == Outcome::kUnknown);
  CHECK(box.watch->size() == 1);
}

TEST_CASE("a start that is not on the disk was not answered: made again it is the same one") {
  Box box;
  box.start("a");
  const std::string first = box.id("a");
  CHECK(box.start("a") == Outcome::kDone);
  CHECK(box.id("a") == first);
  CHECK(box.take() == Strings{"started a"});
  box.watch->all_saved();
  CHECK(box.start("a") == Outcome::kRunning);
}

TEST_CASE("one that ended starts again with a new id, as old as before, and counted from nothing") {
  for (const bool crashed : {false, true}) {
    CAPTURE(crashed);
    Box box;
    box.start("a");
    box.watch->all_saved();
    const std::string first = box.id("a");
    box.pass(900s);
    box.check();
    CHECK(box.watch->find("a")->notifications == 1);
    CHECK((crashed ? box.crash("a", "disk full") : box.stop("a")) == Outcome::kDone);
    box.take();
    CHECK(box.start("a") == Outcome::kDone);
    CHECK(box.take() == Strings{"started a"});
    const auto one = box.watch->find("a");
    CHECK(one->id != first);
    CHECK(one->created_at == box.wall);
    CHECK(one->notifications == 0);
    CHECK(one->error.empty());
    CHECK(one->status == InstanceStatus::kRunning);
  }
}

TEST_CASE("the new id is another one even when chance gives the old") {
  Box box;
  box.watch->start("a", "box", 7, box.moment(), box.options);
  const std::string first = box.id("a");
  box.stop("a");
  box.watch->start("a", "box", 7, box.moment(), box.options);
  CHECK(box.id("a") != first);
}

TEST_CASE("what says the same once more is not told again") {
  Box box;
  box.start("a");
  box.crash("a", "disk full");
  CHECK(box.take() == Strings{"started a", "crashed a: disk full"});
  CHECK(box.crash("a", "disk full") == Outcome::kDone);
  CHECK(box.take() == Strings{});
  CHECK(box.crash("a", "disk on fire") == Outcome::kDone);
  CHECK(box.take() == Strings{"crashed a: disk on fire"});
  CHECK(box.stop("a") == Outcome::kDone);
  CHECK(box.take() == Strings{"stopped a"});
  CHECK(box.stop("a") == Outcome::kDone);
  CHECK(box.take() == Strings{});
  CHECK(box.crash("a", "after all") == Outcome::kDone);
  CHECK(box.take() == Strings{"crashed a: after all"});
}

TEST_CASE("a late sign of life does not bring back one that ended by its own word") {
  Box box;
  box.start("a");
  box.start("b");
  box.crash("a", "disk full");
  box.stop("b");
  box.take();
  CHECK(box.alive("a") == Outcome::kDone);
  CHECK(box.alive("b") == Outcome::kDone);
  CHECK(box.status("a") == "crashed");
  CHECK(box.status("b") == "stopped");
  box.pass(3600s);
  CHECK(box.check() == Strings{});
}

TEST_CASE("one that was given up and reports its crash is told with its own words") {
  Box box;
  box.options.max_notifications = 0;
  box.start("a");
  box.pass(900s);
  box.check();
  box.take();
  CHECK(box.crash("a", "disk full") == Outcome::kDone);
  CHECK(box.take() == Strings{"crashed a: disk full"});
  CHECK(box.alive("a") == Outcome::kDone);
  CHECK(box.status("a") == "crashed");
}

TEST_CASE("ids that nobody has") {
  Box box;
  box.start("a");
  const std::string id = box.id("a");
  const std::string_view ids[] = {kNothing,         "a",
                                  "box_a_",         "box_a_00000102",
                                  "box_b_00000101", "Box_a_00000101",
                                  "box_a_0000101",  "box_a_000001010",
                                  "box_a_-0000101", "________",
                                  "_00000101"};
  for (const std::string_view one : ids) {
    CAPTURE(one);
    CHECK(box.watch->alive(one, box.moment()) == Outcome::kUnknown);
    CHECK(box.watch->crash(one, "x", box.moment()) == Outcome::kUnknown);
    CHECK(box.watch->stop(one, box.moment()) == Outcome::kUnknown);
  }
  CHECK(box.watch->alive(id, box.moment()) == Outcome::kDone);
}

TEST_CASE("what can be a key and a host") {
  const struct {
    const char* reason;
    std::string key;
    std::string host;
    bool fits;
  } cases[] = {
      {"ordinary", "my-script-v1", "server-01", true},
      {"signs, blanks and other scripts", "täglich/backup #1_2", "höst", true},
      {"no key", "", "h", false},
      {"no host", "k", "", false},
      {"as long as an id can be", std::string(200, 'k'), std::string(45, 'h'), true},
      {"longer", std::string(200, 'k'), std::string(46, 'h'), false},
      {"a line break", "a\nb", "h", false},
      {"a NUL", std::string("a\0b", 3), "h", false},
      {"DEL in the host", "k", "\x7F", false},
  };
  for (const auto& test : cases) {
    CAPTURE(test.reason);
    CHECK(InstanceWatch::fits(test.key, test.host) == test.fits);
  }
  Box box;
  CHECK(box.start(cases[4].key, cases[4].host) == Outcome::kDone);
  CHECK(box.id(cases[4].key).size() == InstanceWatch::kIdBytes);
  CHECK(box.watch->find(cases[4].key)->host == cases[4].host);
  CHECK(box.start("a_b", "c_d") == Outcome::kDone);
  CHECK(box.watch->find("a_b")->host == "c_d");
}

TEST_CASE("an error message is cut where a character ends") {
  Box box;
  box.start("a");
  const std::string kept(InstanceWatch::kErrorBytes - 1, 'x');
  const std::string error = kept + "ä and more";
  box.crash("a", error);
  CHECK(box.watch->find("a")->error == kept);
  CHECK(box.crash("a", error) == Outcome::kDone);
  CHECK(box.take().size() == 2);
}

TEST_CASE("Limpet's own absence is nobody's silence") {
  Box box;
  box.start("a");
  box.pass(550s);
  SUBCASE("asleep, or stopped: silence counts from when it ran again") {
    box.now += 2h;
    box.watch->on_turn(box.boot + box.now, 10s);
    CHECK(box.check() == Strings{"started a"});
    box.pass(600s);
    CHECK(box.check() == Strings{});
    box.pass(10s);
    CHECK(box.check() == Strings{"stale a, silent for 610"});
  }
  SUBCASE("a turn that is late by less is no absence") {
    box.now += 40s;
    box.watch->on_turn(box.boot + box.now, 10s);
    box.pass(20s);
    CHECK(box.check() == Strings{"started a", "stale a, silent for 610"});
  }
  SUBCASE("a restart: what was stored begins to be silent then") {
    const Instance stored = *box.watch->find("a");
    Box next;
    next.now = 3h;
    next.watch = next.make();
    CHECK(next.watch->restore(stored, next.boot + next.now));
    CHECK(next.check() == Strings{});
    CHECK(next.start("a") == Outcome::kRunning);
    next.pass(600s);
    CHECK(next.check() == Strings{});
    next.pass(10s);
    CHECK(next.check() == Strings{"stale a, silent for 610"});
  }
  SUBCASE("setting the wall clock makes nobody silent, and corrects the stamps") {
    box.watch->all_saved();
    box.wall += 10000h;
    box.watch->on_clock_step(10000h);
    CHECK(box.check() == Strings{"started a"});
    CHECK(box.watch->find("a")->created_at == box.wall);
    CHECK(box.watch->find("a")->last_heartbeat == box.wall);
    CHECK(box.watch->unsaved() == Unsaved::kHeartbeat);
  }
}

TEST_CASE("stamps of an earlier run stay as they are when the clock is set") {
  Box box;
  box.start("a");
  Box next;
  next.watch->restore(*box.watch->find("a"), next.boot);
  next.watch->on_clock_step(1h);
  CHECK(next.watch->find("a")->created_at == box.wall);
  next.alive("a");
  next.watch->on_clock_step(1h);
  CHECK(next.watch->find("a")->created_at == box.wall);
  CHECK(next.watch->find("a")->last_heartbeat == next.wall + 1h);
}

TEST_CASE("when all rows are taken, the oldest ended one goes, and none that runs") {
  Box box;
  for (std::size_t i = 0; i < InstanceWatch::kSlots; ++i) REQUIRE(box.start("k" + std::to_string(i)) == Outcome::kDone);
  CHECK(box.start("one more") == Outcome::kFull);
  CHECK(box.watch->size() == InstanceWatch::kSlots);
  box.pass(10s);
  box.crash("k7", "x");
  box.pass(10s);
  box.stop("k3");
  box.take();
  CHECK(box.start("one more") == Outcome::kDone);
  CHECK(box.status("k7") == "none");
  CHECK(box.status("k3") == "stopped");
  CHECK(box.start("another") == Outcome::kDone);
  CHECK(box.status("k3") == "none");
  CHECK(box.start("too many") == Outcome::kFull);
  CHECK(box.watch->evicted() == 2);
  CHECK(box.take() == Strings{"started one more", "started another"});
  CHECK(box.watch->size() == InstanceWatch::kSlots);
  CHECK(box.watch->count(InstanceStatus::kRunning) == InstanceWatch::kSlots);
}

TEST_CASE("when the memory for texts is full, ended ones make room, and errors are left out") {
  Box box;
  const std::string tail(235, 'k');
  std::size_t count = 0;
  while (box.start("a" + std::to_string(1000 + count) + tail) == Outcome::kDone) ++count;
  CHECK(count > 400);
  CHECK(count < InstanceWatch::kSlots);
  const std::string last = "a" + std::to_string(999 + count) + tail;
  CHECK(box.crash(last, std::string(200, 'e')) == Outcome::kDone);
  CHECK(box.watch->find(last)->error.empty());
  CHECK(box.status(last) == "crashed");
  CHECK(box.start("short") == Outcome::kDone);
  const std::string first = "a1000" + tail;
  box.pass(10s);
  CHECK(box.crash(first, std::string(200, 'e')) == Outcome::kDone);
  CHECK(box.watch->find(first)->error == std::string(200, 'e'));
  CHECK(box.status(last) == "none");
  CHECK(box.watch->text_bytes() <= base::limits::kInstanceTexts);
}

TEST_CASE("what has to reach the disk") {
  Box box;
  CHECK(box.watch->unsaved() == Unsaved::kNothing);
  box.start("a");
  box.start("b");
  CHECK(box.watch->unsaved() == Unsaved::kState);
  CHECK(box.watch->unsaved(0) == Unsaved::kState);
  box.watch->all_saved();
  CHECK(box.watch->unsaved() == Unsaved::kNothing);
  box.alive("a");
  CHECK(box.watch->unsaved() == Unsaved::kHeartbeat);
  CHECK(box.watch->unsaved(1) == Unsaved::kNothing);
  box.stop("a");
  CHECK(box.watch->unsaved() == Unsaved::kState);
  box.watch->all_saved();
  box.stop("a");
  CHECK(box.watch->unsaved() == Unsaved::kNothing);
  box.pass(900s);
  box.check();
  CHECK(box.watch->unsaved(1) == Unsaved::kState);
  box.watch->all_saved();
  box.alive("b");
  CHECK(box.watch->unsaved() == Unsaved::kState);
  box.watch->all_saved();
  box.watch->none_saved();
  CHECK(box.watch->unsaved(0) == Unsaved::kState);
  CHECK(box.watch->unsaved(1) == Unsaved::kState);
  CHECK_FALSE(box.watch->slot(2));
}

TEST_CASE("a row that was evicted has to go from the disk, or be written over") {
  Box box;
  for (std::size_t i = 0; i < InstanceWatch::kSlots; ++i) box.start("k" + std::to_string(i));
  box.stop("k5");
  box.watch->all_saved();
  const std::string tail(235, 'k');
  CHECK(box.start("new" + tail) == Outcome::kDone);
  CHECK(box.watch->unsaved(5) == Unsaved::kState);
  CHECK(box.watch->slot(5)->key == "new" + tail);
  box.watch->all_saved();
  CHECK(box.watch->unsaved() == Unsaved::kNothing);
}

TEST_CASE("rows of an earlier run that cannot be") {
  Box box;
  box.start("here", "h");
  const struct {
    const char* reason;
    Instance row;
    bool taken;
  } cases[] = {
      {"right", {.id = "h_k_0000000a", .key = "k", .host = "h"}, true},
      {"known already", {.id = "h_here_0000000a", .key = "here", .host = "h"}, false},
      {"an id of something else", {.id = "h_x_0000000a", .key = "k2", .host = "h"}, false},
      {"an id without its nonce", {.id = "h_k2", .key = "k2", .host = "h"}, false},
      {"an id in capitals", {.id = "h_k2_0000000A", .key = "k2", .host = "h"}, false},
      {"no key", {.id = "h__0000000a", .key = "", .host = "h"}, false},
  };
  for (const auto& test : cases) {
    CAPTURE(test.reason);
    CHECK(box.watch->restore(test.row, box.boot).has_value() == test.taken);
  }
  CHECK(box.watch->size() == 2);
}

TEST_CASE("the list is newest first, each once, also when some come and go while it is read") {
  Box box;
  for (const char* key : {"a", "b", "c"}) {
    box.start(key);
    box.pass(10s);
  }
  box.start("d");
  box.start("e");
  CHECK(box.newest_first() == Strings{"e", "d", "c", "b", "a"});
  auto last = box.watch->next(std::nullopt);
  last = box.watch->next(last);
  CHECK(box.watch->at(*last).key == "d");
  box.pass(10s);
  box.start("f");
  last = box.watch->next(last);
  CHECK(box.watch->at(*last).key == "c");
}

TEST_CASE("many silent ones are told a few at a time, each once") {
  Box box;
  for (int i = 0; i < 100; ++i) box.start("k" + std::to_string(i));
  box.take();
  box.pass(900s);
  std::size_t rounds = 1;
  while (box.watch->check(box.moment(), box.options, 12)) {
    CHECK(box.news.size() == 12 * rounds);
    ++rounds;
  }
  CHECK(box.take().size() == 100);
  CHECK(rounds == 9);
}

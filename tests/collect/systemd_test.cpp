// SPDX-License-Identifier: MIT
// What systemd's bus may do to its listener: a good one in both orders of bytes, and ones that talk nonsense, a byte at
// a time, too much, too little or about something else. Whatever it was, the next bus is believed again.
#include "collect/systemd.h"

#include <doctest/doctest.h>

#include <atomic>
#include <filesystem>
#include <memory>
#include <set>
#include <string>

#include "fakes/dbus_bus.h"
#include "fakes/loop_runner.h"
#include "fakes/temporary_folder.h"

using namespace std::chrono_literals;

namespace {

struct Box : collect::SystemdHandler {
  fakes::TemporaryFolder folder;
  std::string path = folder.path() / "bus";
  fakes::DBusBus bus;
  fakes::LoopRunner runner;
  std::unique_ptr<collect::Systemd> systemd = std::make_unique<collect::Systemd>(runner.loop(), *this);
  std::unique_ptr<fakes::ScriptServer> server;
  int heard = 0;

  Box() { bus.units = {{"ssh.service"}, {"cron.service", "failed", "failed"}, {"idle.service", "inactive", "dead"}}; }
  virtual ~Box() = default;
  void on_unit(rules::Unit&) override {}
  void on_unit_gone(const rules::Unit&) override {}
  void on_systemd_heard() override { ++heard; }

  // Nobody serves any more: the bus may be changed.
  void end() { server.reset(); }
  // The bus as it is now.
  void start() {
    end();
    std::filesystem::remove(path);
    server = std::make_unique<fakes::ScriptServer>(path, [this](fakes::Peer& peer) { bus.serve(peer); });
    heard = 0;
    systemd->start("unix:path=" + path, "");
  }
  bool hear() {
    return runner.run_until([this] { return heard > 0; }, 60s);
  }
  std::string all() const {
    std::set<std::string> lines;
    for (const rules::Unit& unit : systemd->units()) {
      lines.insert(std::string(unit.name).append(" ").append(unit.active_state).append(" ").append(unit.sub_state));
    }
    std::string text;
    for (const std::string& line : lines) text += line + "; ";
    return text;
  }
  void check_well() {
    REQUIRE(hear());
    CAPTURE(std::string(systemd->status().reason));
    CHECK(systemd->status().answers);
    CHECK(all() == kAll);
    for (const rules::Unit& unit : systemd->units()) {
      CHECK(unit.type.view() == "simple");
      CHECK(unit.restarts == 3);
    }
  }
  static constexpr std::string_view kAll =
      "cron.service failed failed; idle.service inactive dead; ssh.service active running; ";
};

}  // namespace

TEST_CASE_FIXTURE(Box, "a bus of either order of bytes, at once and a byte at a time") {
  for (const bool big : {false, true}) {
    for (const bool slow : {false, true}) {
      CAPTURE(big);
      CAPTURE(slow);
      end();
      bus.big = big;
      bus.send = [slow](fakes::Peer& peer, std::string_view bytes) {
        return slow ? peer.send_slowly(bytes, 0ms) : peer.send(bytes);
      };
      start();
      check_well();
    }
  }
}

TEST_CASE_FIXTURE(Box, "a bus that ends anywhere in the middle is lost, and the next one is believed") {
  for (const std::size_t most : {0U, 1U, 20U, 38U, 39U, 60U, 100U, 150U, 200U, 260U, 330U, 420U, 520U, 700U}) {
    CAPTURE(most);
    auto left = std::make_shared<std::size_t>(most);
    end();
    bus.send = [left](fakes::Peer& peer, std::string_view bytes) {
      const std::string_view part = bytes.substr(0, *left);
      *left -= part.size();
      return peer.send(part) && part.size() == bytes.size();
    };
    start();
    REQUIRE(hear());
    CHECK_FALSE(systemd->status().answers);
    CHECK_FALSE(systemd->status().reason.empty());
  }
  end();
  bus.send = [](fakes::Peer& peer, std::string_view bytes) { return peer.send(bytes); };
  start();
  check_well();
}

TEST_CASE_FIXTURE(Box, "what is no D-Bus is told as that") {
  const struct {
    const char* why;
    std::string greeting;
    std::string_view reason;
  } cases[] = {
      {"a web server", "HTTP/1.1 400 Bad Request\r\n", "what answers on the bus's socket is no D-Bus"},
      {"a line without an end", std::string(4096, 'x'), "what answers on the bus's socket is no D-Bus"},
      {"bytes", std::string(4096, '\0'), "what answers on the bus's socket is no D-Bus"},
      {"a bus that lets nobody in", "REJECTED EXTERNAL\r\n", "the D-Bus message bus does not let this user in"},
      {"messages of no order of bytes", "OK 1\r\n" + std::string(4096, 'x'),
       "what answers on the bus's socket is no D-Bus"},
      {"a header as long as memory", "OK 1\r\nl\2\0\1" + std::string(12, '\xff'),
       "what answers on the bus's socket is no D-Bus"},
  };
  for (const auto& test : cases) {
    CAPTURE(test.why);
    end();
    bus.greeting = test.greeting;
    start();
    REQUIRE(hear());
    CHECK_FALSE(systemd->status().answers);
    CHECK(systemd->status().reason.view() == test.reason);
  }
}

TEST_CASE_FIXTURE(Box, "answers to calls that nobody made, and messages of no type there is, change nothing") {
  bus.meddle = [this](const net::DBusHeader& call, std::string& answer) {
    const std::string one =
        fakes::DBusBytes{bus.big}
            .array([](fakes::DBusBytes& list) { list.align(8).string("/x/evil.service").string("enabled"); })
            .text;
    std::string before;
    for (const std::uint32_t serial : {call.serial + 1000, call.serial + 70000, 0xFFFFFFFFU}) {
      before += bus.reply(serial, "a(ss)", one);
      before += bus.reply(serial, "v", fakes::DBusBytes{bus.big}.signature("s").string("oneshot").text);
      before += bus.message(9, serial, "b", fakes::DBusBytes{bus.big}.number(1).text);  // of no type there is
    }
    answer.insert(0, before);
  };
  start();
  check_well();
}

TEST_CASE_FIXTURE(Box, "answers of other types than were promised are no answers, and no harm") {
  const struct {
    const char* why;
    std::string_view member;
    std::string_view signature;
    std::string body;
  } cases[] = {
      {"an empty array of units", "ListUnits", "a(ssssssouso)", fakes::DBusBytes{}.array([](auto&) {}).text},
      {"units as plain texts", "ListUnits", "as", fakes::DBusBytes{}.number(6).string("x").text},
      {"files with a number in them", "ListUnitFiles", "a(su)",
       fakes::DBusBytes{}.array([](fakes::DBusBytes& list) { list.string("/x/a.service").number(1); }).text},
      {"a file without a name", "ListUnitFiles", "a(ss)",
       fakes::DBusBytes{}.array([](fakes::DBusBytes& list) { list.string("").string("enabled"); }).text},
      {"a name that is longer than any", "ListUnitFiles", "a(ss)",
       fakes::DBusBytes{}
           .array([](fakes::DBusBytes& list) {
             list.string("/x/" + std::string(300, 'a') + ".service").string("enabled");
           })
           .text},
      {"a property of another type", "Get", "v", fakes::DBusBytes{}.signature("as").number(0).text},
      {"a property in a property", "Get", "v", fakes::DBusBytes{}.signature("v").signature("s").string("x").text},
      {"a property without a value", "Get", "", ""},
  };
  for (const auto& test : cases) {
    CAPTURE(test.why);
    end();
    bus.meddle = [&](const net::DBusHeader& call, std::string& answer) {
      if (call.member.view() == test.member) answer = bus.reply(call.serial, test.signature, test.body);
    };
    start();
    // Whether it gives up or goes on is its own affair; that it lives, and knows nothing made up, is not.
    runner.run_until([this] { return heard > 0; }, 300ms);
    CHECK(systemd->units().size() <= 3);
  }
  end();
  bus.meddle = [](const auto&, std::string&) {};
  start();
  check_well();
}

TEST_CASE_FIXTURE(Box, "lengths that lie end the connection, or the message, and nothing else") {
  for (const std::size_t place : {4U, 12U, 40U, 44U, 48U}) {
    for (const char byte : {'\x7f', '\xff', '\1'}) {
      CAPTURE(place);
      CAPTURE(int{byte});
      end();
      bus.meddle = [&](const net::DBusHeader& call, std::string& answer) {
        if (call.member.view() == "ListUnitFiles" && place + 3 < answer.size()) answer[place + 3] = byte;
      };
      start();
      runner.run_until([this] { return heard > 0; }, 100ms);
      CHECK(systemd->units().size() <= 3);
    }
  }
  end();
  bus.meddle = [](const auto&, std::string&) {};
  start();
  check_well();
}

TEST_CASE_FIXTURE(Box, "of more services than there is room for the rest is counted") {
  bus.units.clear();
  for (int i = 0; i < 600; ++i) bus.units.push_back({"unit-" + std::to_string(i) + ".service"});
  start();
  REQUIRE(hear());
  CHECK(systemd->status().answers);
  CHECK(systemd->units().size() == base::limits::kUnits);
  CHECK(systemd->status().left_out >= 600 - base::limits::kUnits);
}

TEST_CASE_FIXTURE(Box, "a listing without an end is passed over, and the loop has time for everything else") {
  std::atomic<bool> flooding = false;
  bus.send = [&](fakes::Peer& peer, std::string_view bytes) {
    if (!bytes.contains("a(ss)")) return peer.send(bytes);
    flooding = true;
    // An array of 64 MiB, which is allowed, and no element in it.
    constexpr std::uint64_t kLong = 64U << 20U;
    fakes::DBusBytes head{false, "l\2"};
    head.text += std::string("\0\1", 2);
    head.number(kLong).text += bytes.substr(8, bytes.find("a(ss)") + 6 - 8);
    if (!peer.send(head.align(8).number(kLong - 8).align(8).text)) return false;
    const std::string rest(64 << 10, 'x');
    while (peer.send(rest)) {
    }
    return false;
  };
  int ticks = 0;
  start();
  REQUIRE(runner.run_until([&] { return flooding.load(); }, 20s));
  // The machine may be busy: of several stretches of time one has to be as it should.
  for (int stretch = 0; stretch < 20 && ticks <= 20; ++stretch) {
    ticks = 0;
    const base::SteadyTime begin = runner.clock().steady_now();
    while (runner.clock().steady_now() - begin < 300ms) {
      runner.loop().run_once(1ms);
      ++ticks;
    }
  }
  CHECK(ticks > 20);
  CHECK(systemd->units().size() <= base::limits::kUnits);
}

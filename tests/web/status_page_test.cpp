// SPDX-License-Identifier: MIT
#include "web/status_page.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <string>

#include "base/human.h"
#include "base/limits.h"
#include "made_view.h"
#include "web/memory_page.h"

namespace {

using namespace std::chrono_literals;

rules::Sample sample() {
  rules::Sample s;
  s.taken_at = base::SteadyTime{100s};
  s.cpu_percent = 12.34F;
  s.memory_percent = 34.1F;
  s.memory_used_mib = 321.4F;
  s.swap_percent = 0.0F;
  s.disk_percent = 71.0F;
  s.inode_percent = 12.0F;
  s.load_1 = 0.1F;
  s.load_5 = 0.25F;
  s.load_15 = 1.0F;
  s.temperature_celsius = 48.3F;
  s.uptime_s = 1050000;
  s.processes = 132;
  s.zombies = 0;
  s.containers = 5;
  s.internet_ok = true;
  s.ping_ms = 13.6F;
  s.worker_status = 200;
  s.interfaces[0] = {"eth0", 1234.0F, 300.0F, 0.0F};
  s.interfaces[1] = {"wlan0", 0.0F, 0.0F, 0.5F};
  s.interface_count = 2;
  return s;
}

web::StatusInput input(const rules::Sample* newest) {
  web::StatusInput in;
  in.host_name = "raspberrypi";
  in.version = "0.1.0";
  in.uptime = 3h + 20min;
  in.now = base::SteadyTime{108s};
  in.newest = newest;
  in.samples_in_memory = newest != nullptr ? 720 : 0;
  in.systemd = {.answers = true, .absent = false, .running = 41, .stopped = 2, .failed = 1, .problem = {}};
  in.tick = {10s, 300us, 1200us, 4ms, 0};
  in.store.ok = true;
  in.store.path = "/var/lib/limpet/metrics.db";
  in.store.file_bytes = 1468006;
  in.store.rows_written = 1200;
  in.store.rows_waiting = 12;
  in.docker.known = newest != nullptr;
  in.docker.running = 5;
  in.internet.target = "http://www.google.com";
  in.internet.since = 3h + 19min;
  in.worker = {.url = "https://worker.example/beat", .asked = true};
  in.loop = {12ms, "store flush", 0};
  return in;
}

// A box with one channel, on which nothing but what `in` tells is wrong.
struct Box final : MadeView {
  explicit Box(const web::StatusInput& given) : in(given) { channels.rows.push_back({.name = "telegram", .on = true}); }
  web::StatusInput status() const override { return in; }
  web::StatusInput in;
};

std::string render(const web::View& view) {
  std::array<char, 4096> room;
  base::TextWriter out(room);
  web::render_status(view, out);
  CHECK_FALSE(out.overflowed());
  return std::string(out.view());
}
std::string render(const web::StatusInput& in) { return render(Box(in)); }

bool contains(const std::string& text, std::string_view word) { return text.find(word) != std::string::npos; }

std::size_t longest_line(const std::string& text) {
  std::size_t longest = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    longest = std::max(longest, end - begin);
    begin = end + 1;
  }
  return longest;
}

}  // namespace

TEST_CASE("the page of a box that is well") {
  const rules::Sample newest = sample();
  const std::string page = render(input(&newest));
  CHECK(page ==
        "raspberrypi: limpet 0.1.0, running for 3 h 20 min\n"
        "\n"
        "All right.\n"
        "Everything Limpet watches on raspberrypi is well.\n"
        "\n"
        "This box, 8 s ago\n"
        "  CPU            12.3 %     load 0.10, 0.25, 1.00\n"
        "  memory         34.1 %     321 MiB in use\n"
        "  swap            0.0 %\n"
        "  disk           71.0 %     inodes 12.0 %\n"
        "  temperature    48.3 °C\n"
        "  processes     132\n"
        "  up            12 d 3 h\n"
        "  eth0          in 1.2 KiB/s, out 300 B/s\n"
        "  wlan0         in 0 B/s, out 0 B/s, 0.5 errors/s\n"
        "\n"
        "Around it\n"
        "  internet      yes, for 3 h 19 min, 14 ms (http://www.google.com)\n"
        "  Worker        answers 200 (https://worker.example/beat)\n"
        "  Docker        5 containers running\n"
        "  MQTT          none: [mqtt] broker is empty\n"
        "  systemd       41 services running, 1 failed, 2 stopped\n"
        "\n"
        "Limpet itself\n"
        "  samples       720 in memory, one every 10 s\n"
        "  ticks         0.3 ms late; 99 of 100 under 1.2 ms, at worst 4.0 ms\n"
        "  missed ticks  none\n"
        "  database      1200 rows written, 12 waiting\n"
        "  file          /var/lib/limpet/metrics.db, 1.4 MiB\n"
        "  alerts        none waiting\n"
        "  busy          at most 12 ms at a time (store flush)\n");
  CHECK(longest_line(page) <= 80);
}

TEST_CASE("before the first sample") {
  const std::string page = render(input(nullptr));
  CHECK(contains(page,
                 "Nothing is known yet.\nLimpet has just started; the first sample comes in a few seconds.\n"
                 "\nAround it\n"));
  CHECK(contains(page, "internet      not known yet (http://www.google.com)\n"));
  CHECK(contains(page, "Docker        not known yet\n"));
  CHECK_FALSE(contains(page, "ticks  "));
}

TEST_CASE("a box of which little can be read") {
  rules::Sample newest;
  newest.taken_at = base::SteadyTime{108s};
  web::StatusInput in = input(&newest);
  in.internet = {};
  in.docker.running = -1;
  in.docker.problem = "/var/run/docker.sock: No such file or directory";
  in.systemd = {.answers = false, .absent = true, .running = 0, .stopped = 0, .failed = 0, .problem = {}};
  const std::string page = render(in);
  CHECK(contains(page, "This box, now\n  CPU           unknown\n  memory        unknown\n  swap          none\n"));
  CHECK(contains(page, "  disk          unknown\n\nAround it\n"));
  CHECK(contains(page, "internet      not looked at: [heartbeat] probe is empty\n"));
  CHECK(contains(page, "Docker        no: /var/run/docker.sock: No such file or directory\n"));
  CHECK(contains(page, "systemd       no\n"));
  CHECK(contains(page, "\nAll right.\n"));
}

TEST_CASE("the containers are listed, and those there is no room for counted") {
  class Rows final : public web::RowSource<web::ContainerRow> {
   public:
    web::ListStatus status() const override { return {}; }
    std::optional<web::ContainerRow> row(std::size_t index) const override {
      if (index == 0) return web::ContainerRow{.name = "redis", .state = "running", .health = "healthy", .age = 90s};
      if (index == 1) {
        return web::ContainerRow{
            .name = "web", .state = "exited", .health = "none", .restarts = 1, .reason = "not watched"};
      }
      return std::nullopt;
    }
  };
  const rules::Sample newest = sample();
  const Rows rows;
  web::StatusInput in = input(&newest);
  in.docker = {.known = true, .running = 1, .engine = "26.1", .problem = {}, .untracked = 3, .containers = &rows};
  const std::string page = render(in);
  CHECK(contains(page, "Docker        1 container running (26.1); 3 more than can be watched\n"));
  CHECK(contains(page,
                 "systemd       41 services running, 1 failed, 2 stopped\n\nContainers\n"
                 "  redis                        running for 1 min 30 s, healthy\n"
                 "  web                          exited, 1 restart, not watched\n\n"));
}

TEST_CASE("what is wrong stands first") {
  rules::Sample newest = sample();
  newest.internet_ok = false;
  newest.ping_ms.reset();
  newest.zombies = 3;
  web::StatusInput in = input(&newest);
  in.now = base::SteadyTime{100s + 31s};
  in.store.ok = false;
  in.store.problem = "the disk is full: free some space";
  in.store.since = 2min;
  in.store.rows_lost = 1;
  in.internet.problem = "www.google.com answered 503";
  in.internet.since = 40s;
  in.tick.missed = 2;
  in.loop.slow = 1;
  const std::string page = render(in);
  CHECK(contains(page,
                 "\n\n4 things are wrong:\n"
                 "  ! The database cannot be written, for 2 min\n"
                 "    the disk is full: free some space.\n"
                 "  ! Nothing is measured any more, for 31 s\n"
                 "    The log says why.\n"
                 "  ! No internet, for 40 s\n"
                 "    www.google.com answered 503.\n"
                 "  ! 1 row did not reach the database since the start\n\n"));
  CHECK(contains(page, "  internet      no, for 40 s (http://www.google.com)\n"));
  CHECK(contains(page, "  processes     132         3 of them zombies\n"));
  CHECK(contains(page, "  missed ticks  2 since the start\n"));
  CHECK(contains(page, "  database      1200 rows written, 12 waiting in memory\n"));
  CHECK(contains(page, "; over 50 ms 1 time\n"));
}

TEST_CASE("the link to the MQTT broker") {
  const rules::Sample newest = sample();
  web::StatusInput in = input(&newest);
  in.mqtt = {.broker = "broker.lan", .connected = true, .since = 2h, .received = 1, .dropped = 0, .problem = {}};
  CHECK(contains(render(in), "MQTT          connected for 2 h, 1 message (broker.lan)\n"));
  CHECK(contains(render(in), "\nAll right.\n"));
  in.mqtt = {.broker = "broker.lan",
             .connected = false,
             .since = 40s,
             .received = 300,
             .dropped = 2,
             .problem = "the broker refuses the username or the password"};
  const std::string page = render(in);
  CHECK(contains(page,
                 "MQTT          not connected for 40 s, 300 messages, 2 of them too long and dropped (broker.lan)\n"));
  CHECK(contains(page,
                 "  ! Nothing comes from the MQTT broker, for 40 s\n"
                 "    the broker refuses the username or the password.\n"));
}

TEST_CASE("a sample is late only after three intervals") {
  const rules::Sample newest = sample();
  web::StatusInput in = input(&newest);
  in.now = base::SteadyTime{130s};
  CHECK(contains(render(in), "\nAll right.\n"));
  in.now += 1s;
  CHECK(contains(render(in), "One thing is wrong:\n  ! Nothing is measured any more, for 31 s\n"));
}

TEST_CASE("a page that does not fit is told as such") {
  const rules::Sample newest = sample();
  std::array<char, 200> room;
  base::TextWriter out(room);
  web::render_status(Box(input(&newest)), out);
  CHECK(out.overflowed());
  CHECK(out.size() < room.size());
}

TEST_CASE("the memory page has every part of the budget, and the use where it is known") {
  std::array<char, 4096> room;
  base::TextWriter out(room);
  web::render_memory({}, out);
  std::string page(out.view());
  for (const auto& part : base::limits::kBudget) CHECK(contains(page, part.name));
  CHECK(contains(page, "together"));
  CHECK_FALSE(contains(page, "used"));
  CHECK_FALSE(contains(page, "whole process"));

  const web::MemoryUse used[] = {{"samples", 4480}, {"database (SQLite)", 65536}};
  web::MemoryInput in;
  in.used = used;
  in.private_bytes = 700 * 1024;
  in.pss_bytes = 900 * 1024;
  out.clear();
  web::render_memory(in, out);
  page = out.view();
  base::FixedString<79> samples;
  samples.appendf("  samples                   %10s     4.4 KiB\n",
                  base::format_bytes(base::limits::kSamples * base::limits::kSampleBytes).c_str());
  CHECK(contains(page, samples));
  CHECK(contains(page, "  database (SQLite)            216 KiB      64 KiB\n"));
  CHECK(contains(page, "      68 KiB\n"));
  CHECK(contains(page, "  its own                      700 KiB\n  with its share of the rest   900 KiB\n"));
  CHECK(longest_line(page) <= 80);
}

TEST_CASE("the Worker's last answer, and what waits in the outbox") {
  rules::Sample s = sample();
  web::StatusInput in = input(&s);
  CHECK(contains(render(in), "  Worker        answers 200 (https://worker.example/beat)\n"));
  CHECK(contains(render(in), "  alerts        none waiting\n"));
  CHECK(contains(render(in), "\nAll right.\n"));

  s.worker_status = 500;
  CHECK(contains(render(in), "One thing is wrong:\n  ! The Worker answers 500\n"));
  s.worker_status.reset();
  in.worker.problem = "worker.example did not answer within 3 s";
  CHECK(contains(render(in), "  ! The Worker does not answer\n    worker.example did not answer within 3 s.\n"));
  CHECK(contains(render(in), "  Worker        no answer (https://worker.example/beat)\n"));
  in.worker = {.url = "https://worker.example/beat"};
  CHECK(contains(render(in), "  Worker        not told yet (https://worker.example/beat)\n"));
  s.internet_ok = false;
  CHECK(contains(render(in), "  Worker        not told: no internet (https://worker.example/beat)\n"));
  in.worker = {};
  CHECK(contains(render(in), "  Worker        none: [heartbeat] url is empty\n"));

  in.alerts = {.waiting = 3, .in_memory = 2, .lost = 1, .unstored = "the disk is full", .problem = "the disk is full"};
  CHECK(contains(render(in), "  ! Alerts cannot be stored\n    the disk is full.\n"));
  CHECK(contains(render(in), "  ! 1 alert got lost since the start\n"));
  CHECK(contains(render(in), "  alerts        3 waiting to be sent, 2 in memory waiting for the disk\n"));
}

TEST_CASE("the page says the same as the dashboard: what the lists and the channels tell is wrong too") {
  const rules::Sample newest = sample();
  Box box(input(&newest));
  box.channels.rows[0].on = false;
  CHECK(contains(render(box), "\nAll right, but nobody would hear of trouble.\n"));

  box.channels.rows[0] = {.name = "telegram", .on = true, .waiting = 2, .reason = "it answered 500"};
  box.containers.rows.push_back({.name = "web",
                                 .state = "restarting",
                                 .condition = web::Condition::kBusy,
                                 .age = 18s,
                                 .restart = {.why_not = "not in [docker] restart"}});
  box.problems.rows.push_back(
      {.part = "box", .what = "CPU is 97 % busy", .done = "", .condition = web::Condition::kCritical});
  CHECK(contains(render(box),
                 "\n\n3 things are wrong:\n"
                 "  ! CPU is 97 % busy\n"
                 "  ! web is restarting, for 18 s\n"
                 "    Limpet only tells: not in [docker] restart.\n"
                 "  ! Telegram does not take alerts\n"
                 "    it answered 500.\n\n"));
}

TEST_CASE("of many problems the worst are told, and the others counted") {
  const rules::Sample newest = sample();
  Box box(input(&newest));
  const web::ContainerRow failing = {.name = "web", .state = "exited", .condition = web::Condition::kCritical};
  box.containers.rows.assign(100, failing);
  CHECK(contains(render(box), "\n100 things are wrong:\n  ! web exited\n"));
  CHECK(contains(render(box), "  and 88 more\n"));
}

TEST_CASE("of a network whose lowest broken layer is told it is not said again that there is no internet") {
  rules::Sample newest = sample();
  newest.internet_ok = false;
  Box box(input(&newest));
  box.in.worker.problem = "no address";
  box.problems.rows.push_back(
      {.part = "network", .what = "The gateway does not answer", .done = "", .condition = web::Condition::kCritical});
  CHECK(contains(render(box), "\nOne thing is wrong:\n  ! The gateway does not answer\n"));
}

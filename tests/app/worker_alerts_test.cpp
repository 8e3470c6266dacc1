// SPDX-License-Identifier: MIT
#include "app/worker_alerts.h"

#include <doctest/doctest.h>

#include <optional>
#include <string>

#include "fakes/fake_clock.h"
#include "fakes/temporary_folder.h"

using namespace std::chrono_literals;

namespace {

constexpr base::WallTime kStart{1763755450s};  // 2025-11-21T15:04:10-05:00

struct Run {
  explicit Run(const fakes::TemporaryFolder& folder) {
    REQUIRE(lib::initialize_sqlite(base::limits::kSqliteHeap));
    REQUIRE(database.open({folder.file("data"), {}, 0}));
    turn_commit.add(outbox);
    turn_commit.run();
    settings.n8n_url = "http://n8n.lan/";
    settings.worker_url = "https://worker.example/";
    settings.heartbeat_route.add(config::Channel::kN8n);
  }
  void cycle(std::optional<std::uint16_t> status) {
    clock.advance(10s);
    rules::Sample sample;
    sample.stamp = clock.wall_now();
    sample.worker_status = status;
    worker_alerts.on_cycle(sample, clock.steady_now(), settings);
    turn_commit.run();
  }
  std::uint64_t waiting() { return outbox.status().waiting; }

  fakes::FakeClock clock{kStart - 10s, base::SteadyTime(100h)};
  store::SharedDatabase database{clock};
  store::TurnCommit turn_commit{clock, database};
  store::Outbox outbox{database};
  config::Settings settings;
  app::Alerts alerts{settings, outbox};
  app::WorkerAlerts worker_alerts{alerts, turn_commit};
};

}  // namespace

TEST_CASE("a change goes into the outbox as the earlier heartbeat monitor told it") {
  const fakes::TemporaryFolder folder;
  Run run(folder);
  run.cycle(200);
  CHECK(run.waiting() == 0);
  run.cycle(std::nullopt);
  const auto row = run.outbox.first("n8n");
  REQUIRE(row);
  REQUIRE(*row);
  const rules::Event& event = (*row)->event;
  CHECK(event.title.view() == "🚨 Heartbeat Monitor Alert 🚨");
  CHECK(event.text.view() == "Cloudflare worker status changed.\nBefore: 200\nNow: N/A");
  CHECK(event.fields.view() ==
        R"({"timestamp_lima": "2025-11-21T15:04:20-05:00", "heartbeat_url": "https://worker.example/"})");
  CHECK(event.severity == rules::Severity::kWarning);
}

TEST_CASE("the state outlives the run, told or not") {
  const fakes::TemporaryFolder folder;
  Run(folder).cycle(200);
  Run(folder).cycle(200);
  {
    Run run(folder);
    run.cycle(500);
    CHECK(run.waiting() == 1);
  }
  {
    Run run(folder);
    run.cycle(500);
    CHECK(run.waiting() == 1);
    run.cycle(std::nullopt);
    CHECK(run.waiting() == 2);
  }
  {
    Run run(folder);
    run.cycle(200);  // from no answer
    run.cycle(500);
    CHECK(run.waiting() == 3);
  }
}

TEST_CASE("without a channel nobody is told, and the state is kept all the same") {
  const fakes::TemporaryFolder folder;
  {
    Run run(folder);
    run.settings.n8n_url.clear();
    run.cycle(200);
    run.cycle(500);
    CHECK(run.waiting() == 0);
  }
  Run run(folder);
  run.cycle(500);
  CHECK(run.waiting() == 0);
  run.cycle(200);
  CHECK(run.waiting() == 1);
}

TEST_CASE("a long address is told whole, one that cannot be is left out whole") {
  const rules::WorkerWatch::Verdict verdict{rules::WorkerWatch::News::kTell, 200, 500};
  const std::string long_url = "https://worker.example/" + std::string(700, 'x');
  CHECK(app::worker_event({}, {}, verdict, long_url).fields.view().contains(long_url));
  CHECK(app::worker_event({}, {}, verdict, std::string(2000, 'x')).fields.view() == "{}");
}

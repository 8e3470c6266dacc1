// SPDX-License-Identifier: MIT
#include "web/vitals.h"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <string>

using namespace std::chrono_literals;
using web::HealthCheck;

namespace {

std::string health(const web::HealthInput& input) {
  std::array<char, 8192> room;
  net::HttpResponse response(room);
  web::render_health(input, response);
  return std::to_string(response.status()) + " " + std::string(response.body().view());
}

template <class Write>
std::string metrics(Write write) {
  std::array<char, 8192> room;
  base::TextWriter out(room);
  web::MetricsWriter writer(out);
  write(writer);
  return std::string(out.view());
}

}  // namespace

TEST_CASE("health is what the specification shows, with a check for each thing that Limpet depends on") {
  const std::array<HealthCheck, 3> checks = {{
      {.name = "mqtt", .state = HealthCheck::State::kOff, .reason = "[mqtt] broker is empty", .age = {}},
      {.name = "docker", .state = HealthCheck::State::kOk, .reason = {}, .age = 7s},
      {.name = "internet", .state = HealthCheck::State::kDegraded, .reason = "no \"route\"", .age = 65s},
  }};
  web::HealthInput input{.healthy = true,
                         .time = std::chrono::sys_days(std::chrono::July / 16 / 2025) + 10h + 30min,
                         .uptime = 61500ms,
                         .version = "1.2.3",
                         .services_monitored = 7,
                         .alerts_sent = 15,
                         .checks = checks};
  CHECK(health(input) ==
        R"(200 {"status":"healthy","timestamp":"2025-07-16T10:30:00Z","services_monitored":7,"alerts_sent":15,)"
        R"("uptime_s":61,"version":"1.2.3","checks":{"mqtt":{"state":"off","reason":"[mqtt] broker is empty"},)"
        R"("docker":{"state":"ok","age_s":7},"internet":{"state":"degraded","reason":"no \"route\"","age_s":65}}})");
  input.healthy = false;
  CHECK(health(input).starts_with(R"(503 {"status":"unhealthy")"));
}

TEST_CASE("a family is its help, its type, and its samples") {
  CHECK(metrics([](web::MetricsWriter& out) { out.counter("seen_total", "What was seen.", 12); }) ==
        "# HELP limpet_seen_total What was seen.\n# TYPE limpet_seen_total counter\nlimpet_seen_total 12\n");
  CHECK(metrics([](web::MetricsWriter& out) { out.gauge("heat_celsius", "How hot.", {}); }).empty());
  CHECK(metrics([](web::MetricsWriter& out) { out.gauge("heat_celsius", "How hot.", 41.5); }) ==
        "# HELP limpet_heat_celsius How hot.\n# TYPE limpet_heat_celsius gauge\nlimpet_heat_celsius 41.5\n");
  CHECK(metrics([](web::MetricsWriter& out) {
          out.sample("x", {{"a", "1"}, {"b", "q\"b\\n\nend"}}, -2);
        }) == "limpet_x{a=\"1\",b=\"q\\\"b\\\\n\\nend\"} -2\n");
}

TEST_CASE("numbers are whole ones as such, and any other as exact as it has to be") {
  const struct {
    double value;
    const char* text;
  } cases[] = {{0, "0"}, {-3, "-3"}, {9007199254740991.0, "9007199254740991"}, {0.000064, "6.4e-05"}, {1.5, "1.5"}};
  for (const auto& test : cases) {
    CHECK(metrics([&](web::MetricsWriter& out) { out.sample("x", {}, test.value); }) ==
          std::string("limpet_x ") + test.text + "\n");
  }
}

TEST_CASE("a histogram adds up its buckets, and what is longer than all is only in the last") {
  base::DurationHistogram times;
  times.add(10us);
  times.add(100us);
  times.add(100us);
  times.add(1h);
  const std::string text = metrics([&](web::MetricsWriter& out) { out.histogram("took_seconds", "How long.", times); });
  CHECK(
      text.starts_with("# HELP limpet_took_seconds How long.\n# TYPE limpet_took_seconds histogram\n"
                       "limpet_took_seconds_bucket{le=\"6.4e-05\"} 1\n"
                       "limpet_took_seconds_bucket{le=\"0.000128\"} 3\n"));
  CHECK(
      text.ends_with("limpet_took_seconds_bucket{le=\"16.777216\"} 3\nlimpet_took_seconds_bucket{le=\"+Inf\"} 4\n"
                     "limpet_took_seconds_sum 3600.00021\nlimpet_took_seconds_count 4\n"));
  CHECK(text.size() < net::BodySource::kPieceBytes / 2);
}

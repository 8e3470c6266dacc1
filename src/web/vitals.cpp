// SPDX-License-Identifier: MIT
#include "web/vitals.h"

#include "base/json_writer.h"

namespace web {
namespace {

std::string_view state_name(HealthCheck::State state) {
  switch (state) {
    case HealthCheck::State::kOk:
      return "ok";
    case HealthCheck::State::kDegraded:
      return "degraded";
    case HealthCheck::State::kOff:
      break;
  }
  return "off";
}

std::int64_t whole_seconds(base::Duration duration) {
  return std::chrono::duration_cast<std::chrono::seconds>(duration).count();
}

class MetricsPage final : public net::BodySource {
 public:
  explicit MetricsPage(const Vitals& vitals) : vitals_(vitals) {}

  Fill fill(base::TextWriter& piece) override {
    MetricsWriter writer(piece);
    const bool more = vitals_.write_metrics(part_++, writer);
    if (piece.overflowed()) return Fill::kFailed;
    return more ? Fill::kMore : Fill::kDone;
  }

 private:
  const Vitals& vitals_;
  std::size_t part_ = 0;
};

}  // namespace

void render_health(const HealthInput& input, net::HttpResponse& response) {
  response.set_status(input.healthy ? 200 : 503);
  response.set_content_type("application/json");
  base::JsonWriter json(response.body());
  json.begin_object()
      .text("status", input.healthy ? "healthy" : "unhealthy")
      .time("timestamp", input.time)
      .integer("services_monitored", static_cast<std::int64_t>(input.services_monitored))
      .integer("alerts_sent", static_cast<std::int64_t>(input.alerts_sent))
      .integer("uptime_s", whole_seconds(input.uptime))
      .text("version", input.version)
      .begin_object("checks");
  for (const HealthCheck& check : input.checks) {
    json.begin_object(check.name).text("state", state_name(check.state));
    if (!check.reason.empty()) json.text("reason", check.reason);
    if (check.age) json.integer("age_s", whole_seconds(*check.age));
    json.end_object();
  }
  json.end_object().end_object();
}

void get_health(Context& context, net::HttpResponse& response) {
  render_health(context.site.desks.vitals->health(), response);
}

void get_exposition(Context& context, net::HttpResponse& response) {
  response.set_content_type("text/plain; version=0.0.4; charset=utf-8");
  response.stream<MetricsPage>(*context.site.desks.vitals);
}

}  // namespace web

// SPDX-License-Identifier: MIT
#include "web/row_json.h"

namespace web {

namespace {

std::optional<base::WallTime> moment(base::WallTime now, std::optional<base::Duration> age) {
  return age ? std::optional(now - *age) : std::nullopt;
}

std::optional<double> seconds(std::optional<base::Duration> duration) {
  return duration ? std::optional(std::chrono::duration<double>(*duration).count()) : std::nullopt;
}

void append_condition(base::JsonWriter& json, Condition condition, std::string_view reason) {
  json.text("condition", condition_name(condition));
  if (!reason.empty()) json.text("reason", reason);
}

void append_restart(base::JsonWriter& json, const MayRestart& restart) {
  json.boolean("may_restart", restart.allowed);
  if (!restart.allowed) json.text("why_not", restart.why_not);
}

std::string_view state_name(ListStatus::State state) {
  switch (state) {
    case ListStatus::State::kOn:
      return "on";
    case ListStatus::State::kOff:
      return "off";
    case ListStatus::State::kUnknown:
      break;
  }
  return "unknown";
}

}  // namespace

std::string_view condition_name(Condition condition) {
  switch (condition) {
    case Condition::kWell:
      return "well";
    case Condition::kBusy:
      return "busy";
    case Condition::kWarning:
      return "warning";
    case Condition::kCritical:
      return "critical";
    case Condition::kPaused:
      return "paused";
    case Condition::kEnded:
      return "ended";
    case Condition::kUnknown:
      break;
  }
  return "unknown";
}

void append_row(base::JsonWriter& json, const ContainerRow& row, base::WallTime now) {
  json.begin_object().text("name", row.name).text("id", row.id).text("state", row.state).text("health", row.health);
  json.time("since", moment(now, row.age)).integer("restarts", row.restarts);
  append_condition(json, row.condition, row.reason);
  append_restart(json, row.restart);
  json.end_object();
}

void append_row(base::JsonWriter& json, const ServiceRow& row, base::WallTime now) {
  json.begin_object().text("name", row.name).text("kind", row.kind).text("state", row.state);
  json.text("sub_state", row.sub_state).time("since", moment(now, row.age)).integer("restarts", row.restarts);
  if (row.cpu_percent) json.number("cpu_percent", static_cast<double>(*row.cpu_percent), 1);
  if (row.memory_bytes) json.integer("memory_bytes", static_cast<std::int64_t>(*row.memory_bytes));
  append_condition(json, row.condition, row.reason);
  append_restart(json, row.restart);
  json.end_object();
}

void append_row(base::JsonWriter& json, const CommandRow& row, base::WallTime now) {
  json.begin_object().text("command", row.command).text("client", row.client).text("state", row.state);
  if (row.pid) json.integer("pid", *row.pid);
  json.time("since", moment(now, row.age));
  if (row.took) json.number("took_s", seconds(row.took), 0);
  if (row.timeout) json.number("timeout_s", seconds(row.timeout), 0);
  append_condition(json, row.condition, row.reason);
  json.end_object();
}

void append_row(base::JsonWriter& json, const InstanceRow& row, base::WallTime now) {
  json.begin_object().text("id", row.id).text("key", row.key).text("host", row.host).text("state", row.state);
  json.time("since", moment(now, row.age)).time("last_heartbeat", moment(now, row.heartbeat));
  json.integer("notifications", row.notifications);
  append_condition(json, row.condition, row.reason);
  json.end_object();
}

void append_row(base::JsonWriter& json, const HealingRow& row, base::WallTime) {
  json.begin_object().time("timestamp", row.time).text("target", row.target).text("action", row.action);
  json.text("result", row.result).boolean("dry_run", row.dry_run);
  row.verified ? json.boolean("verified", *row.verified) : json.null("verified");
  json.time("next_try", row.next_try);
  append_condition(json, row.condition, {});
  json.end_object();
}

void append_row(base::JsonWriter& json, const ProblemRow& row, base::WallTime now) {
  json.begin_object().text("part", row.part).text("what", row.what).text("done", row.done);
  json.time("since", moment(now, row.age));
  if (!row.subject.empty()) json.text("subject", row.subject);
  json.boolean("may_restart", row.may_restart);
  append_condition(json, row.condition, {});
  json.end_object();
}

void append_row(base::JsonWriter& json, const DiskRow& row, base::WallTime now) {
  json.begin_object().text("device", row.device).text("health", row.health).text("model", row.model);
  if (row.temperature_celsius) json.integer("temperature_celsius", *row.temperature_celsius);
  json.time("asked_at", moment(now, row.asked)).text("text", row.text);
  append_condition(json, row.condition, {});
  json.end_object();
}

void append_row(base::JsonWriter& json, const ChannelRow& row, base::WallTime) {
  const std::string_view state = !row.on ? "off" : row.refused ? "refused" : row.waiting > 0 ? "waiting" : "delivering";
  json.begin_object().text("name", row.name).text("state", state);
  json.integer("waiting", static_cast<std::int64_t>(row.waiting)).text("reason", row.reason);
  json.time("next_try", row.next_try).time("last_delivered", row.last_delivered).end_object();
}

void append_status(base::JsonWriter& json, const ListStatus& status) {
  json.text("state", state_name(status.state));
  if (!status.reason.empty()) json.text("reason", status.reason);
  json.integer("revision", static_cast<std::int64_t>(status.revision));
}

}  // namespace web

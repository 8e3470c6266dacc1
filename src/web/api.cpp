// SPDX-License-Identifier: MIT
#include "web/api.h"

#include <algorithm>
#include <charconv>
#include <initializer_list>

#include "web/alerts_answer.h"
#include "web/dashboard.h"
#include "web/list_answer.h"
#include "web/metrics_answer.h"
#include "web/sample_json.h"
#include "web/service_filter.h"
#include "web/service_history.h"
#include "web/services_csv.h"
#include "web/summary.h"

namespace web {

namespace {

using net::HttpResponse;

constexpr std::string_view kOtherBox = "nothing is known of a box of that name";
constexpr const char* kJson = "application/json";
constexpr std::uint64_t kMostMinutes = 129'600;  // 90 days
constexpr std::uint64_t kMostAlerts = 1000;
constexpr std::uint64_t kMostHistory = 10'000;
constexpr std::uint64_t kMostOffset = 1'000'000;

template <class Row>
void send_list(const RowSource<Row>& rows, Context& context, HttpResponse& response) {
  response.set_content_type(kJson);
  response.stream<ListAnswer<Row>>(rows, context.view().wall_now());
}

// The answer of a list whose collector is not there.
void send_nothing(std::string_view reason, HttpResponse& response) {
  response.set_content_type(kJson);
  base::JsonWriter json(response.body());
  json.begin_object().text("state", "off").text("reason", reason).begin_array("items").end_array().end_object();
  response.body().append("\n");
}

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, word) != words.end();
}

bool is_this_box(std::string_view host, const View& view) { return host == view.status().host_name; }

std::optional<rules::Severity> find_severity(std::string_view name) {
  for (const rules::Severity severity :
       {rules::Severity::kInfo, rules::Severity::kWarning, rules::Severity::kCritical}) {
    if (severity_name(severity) == name) return severity;
  }
  return std::nullopt;
}

// What the address asks for, or the sentence that says what is wrong with it.
base::Result<AlertsQuestion> read_question(const Context& context, AlertsFormat format) {
  const Query query = context.query();
  AlertsQuestion question;
  question.format = format;
  question.host = base::FixedString<255>(context.view().status().host_name);
  const std::uint64_t usual = format == AlertsFormat::kCsv ? kMostAlerts : 50;
  const auto limit = query.number("limit", usual, 1, kMostAlerts);
  if (!limit) return std::unexpected(limit.error());
  const auto offset = query.number("offset", 0, 0, kMostOffset);
  if (!offset) return std::unexpected(offset.error());
  const auto since = query.number("since_minutes", 0, 0, kMostMinutes);
  if (!since) return std::unexpected(since.error());
  question.limit = *limit;
  question.offset = *offset;
  if (*since > 0) question.since = context.view().wall_now() - std::chrono::minutes(*since);
  if (const auto severity = query.find("severity"); severity && !severity->empty()) {
    question.severity = find_severity(*severity);
    if (!question.severity) return std::unexpected(base::Error::format("severity has to be info, warning or critical"));
  }
  if (const auto host = query.find("host"); host && !host->empty())
    question.nothing = !is_this_box(*host, context.view());
  return question;
}

void send_service_history(Context& context, ServiceHistory::Format format, HttpResponse& response) {
  const View& view = context.view();
  if (!is_this_box(context.parameters[0], view)) return response.become(404, kOtherBox);
  const auto limit = context.query().number("limit", kMostHistory, 1, kMostHistory);
  if (!limit) return response.become(400, limit.error().text());
  const auto since = context.query().number("since_minutes", kMostMinutes, 1, kMostMinutes);
  if (!since) return response.become(400, since.error().text());
  response.stream<ServiceHistory>(view.service_log(),
                                  ServiceHistory::Question{.format = format,
                                                           .service = AddressText(context.parameters[1]),
                                                           .since = view.wall_now() - std::chrono::minutes(*since),
                                                           .limit = *limit});
}

void send_csv(const char* disposition, HttpResponse& response) {
  response.set_content_type("text/csv; charset=utf-8");
  response.add_field("Content-Disposition", disposition);
}

void send_alerts(Context& context, AlertsFormat format, HttpResponse& response, std::string_view source = {}) {
  auto question = read_question(context, format);
  if (!question) return response.become(400, question.error().text());
  question->source = source;
  response.stream<AlertsAnswer>(context.view().alert_log(), *question);
}

base::Result<ServiceFilter> find_services(const Context& context) {
  const Query query = context.query();
  const auto text = [&query](std::string_view name) { return query.find(name).value_or(AddressText()); };
  ServiceFilter rows(context.view().lists().services);
  const auto host = text("host");
  rows.nothing = !host.empty() && !is_this_box(host, context.view());
  rows.name = text("name");
  rows.state = text("state").view();
  rows.kind = text("kind").view();
  if (!rows.state.empty() && !is_one_of(rows.state, {"running", "stopped", "failed", "unknown"})) {
    return std::unexpected(base::Error("state has to be running, stopped, failed or unknown"));
  }
  if (!rows.kind.empty() && !is_one_of(rows.kind, {"unit", "process"})) {
    return std::unexpected(base::Error("kind has to be unit or process"));
  }
  return rows;
}

}  // namespace

void get_summary(Context& context, HttpResponse& response) {
  response.set_content_type(kJson);
  write_summary(context.view(), response.body());
}

void get_hosts(Context& context, HttpResponse& response) {
  response.set_content_type(kJson);
  const StatusInput status = context.view().status();
  base::JsonWriter json(response.body());
  json.begin_object().begin_array("items").begin_object().text("host", status.host_name);
  if (status.newest != nullptr) {
    json.time("last_seen", status.newest->stamp);
    append_sample(json.key("sample"), *status.newest);
  } else {
    json.null("last_seen").null("sample");
  }
  json.end_object().end_array().end_object();
  response.body().append("\n");
}

void get_metrics(Context& context, HttpResponse& response) {
  if (!is_this_box(context.parameters[0], context.view())) return response.become(404, kOtherBox);
  get_network_series(context, response);
}

// What is measured of the network, the ping and the rates, is part of every sample.
void get_network_series(Context& context, HttpResponse& response) {
  const View& view = context.view();
  const auto minutes = context.query().number("minutes", 60, 5, kMostMinutes);
  if (!minutes) return response.become(400, minutes.error().text());
  response.set_content_type(kJson);
  response.stream<MetricsAnswer>(
      view.past(),
      MetricsAnswer::Question{.host = base::FixedString<255>(view.status().host_name),
                              .minutes = std::chrono::minutes(*minutes),
                              .interval = std::chrono::duration_cast<std::chrono::seconds>(view.status().tick.interval),
                              .now = view.wall_now()});
}

void get_containers(Context& context, HttpResponse& response) {
  send_list(context.view().lists().containers, context, response);
}
void get_services(Context& context, HttpResponse& response) {
  const auto rows = find_services(context);
  if (!rows) return response.become(400, rows.error().text());
  response.set_content_type(kJson);
  response.stream<ListAnswer<ServiceRow, ServiceFilter>>(*rows, context.view().wall_now());
}
void get_services_csv(Context& context, HttpResponse& response) {
  const auto rows = find_services(context);
  if (!rows) return response.become(400, rows.error().text());
  send_csv("attachment; filename=\"services.csv\"", response);
  response.stream<ServicesCsv>(*rows, context.view().wall_now());
}
void get_service_history(Context& context, HttpResponse& response) {
  response.set_content_type(kJson);
  send_service_history(context, ServiceHistory::Format::kJson, response);
}
void get_service_history_csv(Context& context, HttpResponse& response) {
  send_csv("attachment; filename=\"history.csv\"", response);
  send_service_history(context, ServiceHistory::Format::kCsv, response);
}
void get_host_services(Context& context, HttpResponse& response) {
  if (!is_this_box(context.parameters[0], context.view())) return response.become(404, kOtherBox);
  get_services(context, response);
}
void get_commands(Context& context, HttpResponse& response) {
  send_list(context.view().lists().commands, context, response);
}
void get_instances(Context& context, HttpResponse& response) {
  send_list(context.view().lists().instances, context, response);
}
void get_healing(Context& context, HttpResponse& response) {
  send_list(context.view().lists().healing, context, response);
}

void get_alerts(Context& context, HttpResponse& response) {
  response.set_content_type(kJson);
  send_alerts(context, AlertsFormat::kJson, response);
}

void get_alerts_csv(Context& context, HttpResponse& response) {
  send_csv("attachment; filename=\"alerts.csv\"", response);
  send_alerts(context, AlertsFormat::kCsv, response);
}

// The way into the internet, from its lowest layer on.
void get_network_latest(Context& context, HttpResponse& response) {
  response.set_content_type(kJson);
  const RowSource<LayerRow>& layers = context.view().lists().layers;
  const ListStatus status = layers.status();
  const bool off = status.state == ListStatus::State::kOff;
  base::JsonWriter json(response.body());
  json.begin_object().text("state", off ? "off" : "on");
  if (off) json.text("reason", status.reason);
  json.begin_array("path");
  for (std::size_t index = 0; const auto row = layers.row(index); ++index) {
    json.begin_object().text("layer", row->layer).text("state", row->state).text("text", row->text).end_object();
  }
  json.end_array().end_object();
  response.body().append("\n");
}

void get_network_targets(Context& context, HttpResponse& response) {
  response.set_content_type(kJson);
  const RowSource<TargetRow>& targets = context.view().lists().targets;
  base::JsonWriter json(response.body());
  json.begin_object().begin_array("items");
  for (std::size_t index = 0; const auto row = targets.row(index); ++index) {
    json.begin_object().text("target", row->target).text("method", row->method).text("status", row->status);
    json.number("latency_ms", row->latency_ms, 2).number("packet_loss_percent", row->loss_percent, 1).end_object();
  }
  json.end_array().end_object();
  response.body().append("\n");
}

void get_network_events(Context& context, HttpResponse& response) {
  response.set_content_type(kJson);
  send_alerts(context, AlertsFormat::kJson, response, monitor_name(rules::Monitor::kNetwork));
}

void get_smart(Context& context, HttpResponse& response) {
  const auto host = context.query().find("host");
  if (host && !host->empty() && !is_this_box(*host, context.view())) return send_nothing(kOtherBox, response);
  send_list(context.view().lists().disks, context, response);
}

void follow_metrics(Context& context, HttpResponse& response) { response.follow(context.site.metrics_stream, 0); }

void follow_alerts(Context& context, HttpResponse& response) {
  std::string_view last = context.request.fields.last_event_id;
  const auto parameter = context.query().find("last_id");
  if (last.empty() && parameter) last = *parameter;
  std::uint64_t position = 0;
  const auto parsed = std::from_chars(last.data(), last.data() + last.size(), position);
  const bool proper = !last.empty() && parsed.ec == std::errc() && parsed.ptr == last.data() + last.size();
  response.follow(context.site.alerts_stream, proper ? position : context.site.alerts_stream.end());
}

void get_dashboard(Context& context, HttpResponse& response) {
  answer_asset(context.request, dashboard_page(), response);
}
void get_dashboard_style(Context& context, HttpResponse& response) {
  answer_asset(context.request, dashboard_style(), response);
}
void get_dashboard_script(Context& context, HttpResponse& response) {
  answer_asset(context.request, dashboard_script(), response);
}

}  // namespace web

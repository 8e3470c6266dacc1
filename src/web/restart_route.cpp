// SPDX-License-Identifier: MIT
#include "web/restart_route.h"

#include <array>
#include <cstddef>

#include "base/json_writer.h"
#include "lib/json.h"

namespace web {
namespace {

using net::HttpResponse;

template <class Row>
std::optional<Row> find_row(const RowSource<Row>& rows, std::string_view name) {
  for (std::size_t i = 0;; ++i) {
    std::optional<Row> row = rows.row(i);
    if (!row || row->name == name) return row;
  }
}

void send_done(std::string_view status, std::string_view message, HttpResponse& response) {
  response.set_content_type("application/json");
  base::JsonWriter json(response.body());
  json.begin_object().text("status", status).text("message", message).end_object();
  response.body().append("\n");
}

template <class Row>
void restart_row(Context& context, const RowSource<Row>& rows, const Row& row, rules::TargetKind kind,
                 HttpResponse& response) {
  using Kind = RestartDesk::Answer::Kind;
  if (!row.restart.allowed) return response.become(row.restart.possible ? 403 : 409, row.restart.why_not);
  const ListStatus status = rows.status();
  if (status.state != ListStatus::State::kOn) return response.become(500, status.reason);
  const RestartDesk::Answer answer = context.site.desks.restarts->restart(kind, row.name, context.request.ticket);
  if (answer.kind == Kind::kLater) return response.defer();
  if (answer.kind == Kind::kDryRun) {
    base::FixedString<200> sentence("Dry run: would have restarted ");
    response.set_status(202);
    return send_done("dry_run", sentence.append(row.name).append("."), response);
  }
  response.become(429, "It was restarted a moment ago, or often enough, or another restart is under way.");
  base::FixedString<24> seconds;
  response.add_field("Retry-After", seconds.appendf("%lld", static_cast<long long>(answer.wait.count())));
}

}  // namespace

void post_restart(Context& context, HttpResponse& response) {
  alignas(std::max_align_t) std::array<std::byte, 2048> memory;
  lib::JsonReader reader(memory);
  const auto json = reader.read(context.request.body);
  if (!json) {
    base::FixedString<80> sentence("the body ");
    return response.become(400, sentence.append(lib::describe(json.error())));
  }
  const std::string_view host = json->member("host").string().value_or("");
  const std::string_view service = json->member("service").string().value_or("");
  if (host.empty() || service.empty()) return response.become(400, "host and service are required");
  if (host != context.view().status().host_name) return response.become(404, "nothing is known of a box of that name");
  const Lists lists = context.view().lists();
  using enum rules::TargetKind;
  if (const auto row = find_row(lists.containers, service)) {
    return restart_row(context, lists.containers, *row, kContainer, response);
  }
  if (const auto row = find_row(lists.services, service)) {
    return restart_row(context, lists.services, *row, row->kind == "process" ? kProcess : kUnit, response);
  }
  response.become(404, "nothing of that name is watched");
}

void write_restarted(std::string_view name, HttpResponse& response) {
  base::FixedString<200> sentence("Restarted ");
  send_done("success", sentence.append(name).append("."), response);
}

void write_not_restarted(std::string_view name, std::string_view reason, HttpResponse& response) {
  base::FixedString<400> sentence(name);
  response.become(500, sentence.append(" could not be restarted: ").append(reason));
}

}  // namespace web

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

void restart_container(Context& context, const ContainerRow& row, HttpResponse& response) {
  if (!row.restart.allowed) return response.become(403, row.restart.why_not);
  if (context.view().lists().containers.status().state != ListStatus::State::kOn) {
    return response.become(500, context.view().lists().containers.status().reason);
  }
  const auto wait = context.site.desks.restarts->restart(row.name, context.request.ticket);
  if (!wait) return response.defer();
  response.become(429, "It was restarted a moment ago, or another restart is under way.");
  base::FixedString<24> seconds;
  response.add_field("Retry-After", seconds.appendf("%lld", static_cast<long long>(wait->count())));
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
  if (const auto row = find_row(lists.containers, service)) return restart_container(context, *row, response);
  if (find_row(lists.services, service)) return response.become(409, "only containers are restarted by hand");
  response.become(404, "nothing of that name is watched");
}

void write_restarted(std::string_view container, HttpResponse& response) {
  base::FixedString<200> sentence("Restarted ");
  sentence.append(container).append(".");
  response.set_content_type("application/json");
  base::JsonWriter json(response.body());
  json.begin_object().text("status", "success").text("message", sentence).end_object();
  response.body().append("\n");
}

void write_not_restarted(std::string_view container, std::string_view reason, HttpResponse& response) {
  base::FixedString<400> sentence(container);
  response.become(500, sentence.append(" could not be restarted: ").append(reason));
}

}  // namespace web

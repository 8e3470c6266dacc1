// SPDX-License-Identifier: MIT
#include "web/summary.h"

#include "web/box_verdict.h"
#include "web/row_json.h"

namespace web {

namespace {

class ProblemList final : public ProblemVisitor {
 public:
  ProblemList(base::JsonWriter& json, base::WallTime now) : json_(json), now_(now) {}

  void on_problem(const ProblemRow& problem) override {
    if (sent_ == kProblemsSent) return;
    ++sent_;
    append_row(json_, problem, now_);
  }

 private:
  base::JsonWriter& json_;
  base::WallTime now_;
  std::size_t sent_ = 0;
};

void append_part(base::JsonWriter& json, const Part& part) {
  json.begin_object().text("part", part.part).text("label", part.label);
  json.text("condition", condition_name(part.condition)).text("text", part.text).end_object();
}

void append_parts(base::JsonWriter& json, const Lists& lists, const ProblemCount& problems, bool measured) {
  json.begin_array("parts");
  append_part(json, box_part(problems, measured));
  append_part(json, containers_part(lists.containers));
  append_part(json, services_part(lists.services));
  append_part(json, commands_part(lists.commands));
  append_part(json, instances_part(lists.instances));
  append_part(json, alerts_part(lists.channels));
  json.end_array();
}

// Where the page draws its lines: {"cpu":[90,95],"ping":[200]}.
void append_limits(base::JsonWriter& json, const Facts& facts) {
  json.begin_object("limits");
  for (const VitalLimit& limit : facts.limits) {
    if (limit.vital.empty() || limit.warn == 0) continue;
    json.begin_array(limit.vital).integer(limit.warn);
    if (limit.critical > 0) json.integer(limit.critical);
    json.end_array();
  }
  json.end_object();
}

void append_facts(base::JsonWriter& json, const View& view, const Facts& facts) {
  const StatusInput status = view.status();
  json.text("host_name", status.host_name).text("version", status.version).text("machine", facts.machine);
  json.integer("cores", facts.cores).time("now", facts.now).integer("utc_offset_s", facts.utc_offset.count());
  const auto up = status.newest != nullptr ? status.newest->uptime_s : std::nullopt;
  json.time("up_since",
            up ? std::optional(facts.now - (status.now - status.newest->taken_at) - std::chrono::seconds(*up))
               : std::nullopt);
  if (facts.memory_bytes) json.integer("memory_bytes", static_cast<std::int64_t>(*facts.memory_bytes));
  json.boolean("store_ok", status.store.ok);
  if (!facts.disk_text.empty()) json.text("disk_text", facts.disk_text);
  append_limits(json, facts);
}

void append_healing(base::JsonWriter& json, const Facts& facts) {
  json.boolean("dry_run", facts.dry_run);
  facts.safe_mode.empty() ? json.null("safe_mode") : json.text("safe_mode", facts.safe_mode);
  if (facts.actions_per_hour == 0) {
    json.null("budget");
  } else {
    json.begin_object("budget").integer("used", facts.actions_used).integer("per_hour", facts.actions_per_hour);
    json.end_object();
  }
}

}  // namespace

void write_summary(const View& view, base::TextWriter& out) {
  const Facts facts = view.facts();
  const Lists lists = view.lists();
  ProblemCount problems;
  visit_problems(view, problems);
  const BoxVerdict verdict = verdict_of(problems, view);

  base::JsonWriter json(out);
  json.begin_object();
  append_facts(json, view, facts);
  json.text("condition", condition_name(verdict.condition));
  json.text("headline", verdict.headline).text("detail", verdict.detail);
  append_parts(json, lists, problems, view.status().newest != nullptr);
  json.begin_array("problems");
  ProblemList list(json, facts.now);
  visit_worst_first(view, list);
  json.end_array().integer("problem_count", static_cast<std::int64_t>(problems.all)).begin_array("channels");
  for (std::size_t index = 0; const auto row = lists.channels.row(index); ++index) append_row(json, *row, facts.now);
  json.end_array();
  append_healing(json, facts);
  json.end_object();
  out.append("\n");
}

}  // namespace web

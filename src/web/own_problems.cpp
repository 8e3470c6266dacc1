// SPDX-License-Identifier: MIT
#include "web/own_problems.h"

#include "base/fixed_string.h"

namespace web {

namespace {

constexpr int kLateIntervals = 3;  // a newest sample older than this many intervals is late

// Tells one problem; `done` gets its full stop.
class Teller {
 public:
  explicit Teller(ProblemVisitor& visitor) : visitor_(visitor) {}

  void tell(ProblemRow problem) {
    base::FixedString<400> done(problem.done);
    if (!done.empty() && !done.view().ends_with('.')) done.append(".");
    problem.done = done;
    visitor_.on_problem(problem);
  }
  /// "3 rows …", when there are any.
  void count(std::uint64_t number, std::string_view part, std::string_view thing, std::string_view what) {
    if (number == 0) return;
    base::FixedString<120> text;
    text.appendf("%llu ", static_cast<unsigned long long>(number)).append(thing).append(number == 1 ? " " : "s ");
    tell({.part = part, .what = text.append(what), .done = {}, .age = {}, .subject = {}});
  }

 private:
  ProblemVisitor& visitor_;
};

void visit_store(const StatusInput& status, Teller& out) {
  if (!status.store.ok) {
    out.tell({.part = "checks",
              .what = "The database cannot be written",
              .done = status.store.problem,
              .condition = Condition::kCritical,
              .age = status.store.since,
              .subject = {}});
  } else if (!status.alerts.unstored.empty()) {
    out.tell({.part = "checks",
              .what = "Alerts cannot be stored",
              .done = status.alerts.unstored,
              .condition = Condition::kCritical,
              .age = {},
              .subject = {}});
  }
  out.count(status.store.rows_lost, "checks", "row", "did not reach the database since the start");
  out.count(status.alerts.lost, "delivery", "alert", "got lost since the start");
}

void visit_worker(const StatusInput& status, Teller& out) {
  const auto answer = status.newest->worker_status;
  if (answer && (*answer < 200 || *answer > 299)) {
    base::FixedString<64> what;
    what.appendf("The Worker answers %u", unsigned{*answer});
    out.tell({.part = "checks", .what = what, .done = {}, .age = {}, .subject = {}});
  } else if (!answer && !status.worker.problem.empty()) {
    out.tell({.part = "checks",
              .what = "The Worker does not answer",
              .done = status.worker.problem,
              .age = {},
              .subject = {}});
  }
}

}  // namespace

void visit_own_problems(const StatusInput& status, bool network_tells, ProblemVisitor& visitor) {
  Teller out(visitor);
  visit_store(status, out);
  if (!status.mqtt.problem.empty()) {
    out.tell({.part = "checks",
              .what = "Nothing comes from the MQTT broker",
              .done = status.mqtt.problem,
              .age = status.mqtt.connected ? std::nullopt : std::optional(status.mqtt.since),
              .subject = {}});
  }
  if (status.newest == nullptr) return;
  const base::Duration age = status.now - status.newest->taken_at;
  if (age > kLateIntervals * status.tick.interval) {
    out.tell({.part = "checks",
              .what = "Nothing is measured any more",
              .done = "The log says why.",
              .condition = Condition::kCritical,
              .age = age,
              .subject = {}});
  }
  if (status.newest->internet_ok != false) return visit_worker(status, out);  // else that is why it is not told
  if (network_tells) return;
  out.tell({.part = "network",
            .what = "No internet",
            .done = status.internet.problem,
            .condition = Condition::kCritical,
            .age = status.internet.since,
            .subject = {}});
}

}  // namespace web

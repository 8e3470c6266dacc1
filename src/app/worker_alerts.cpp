// SPDX-License-Identifier: MIT
#include "app/worker_alerts.h"

#include <array>

#include "base/json_string.h"
#include "base/log.h"
#include "rules/lima_time.h"

namespace app {
namespace {

using News = rules::WorkerWatch::News;

base::FixedString<7> shown(rules::WorkerStatus status) {
  base::FixedString<7> text;
  if (status) {
    text.appendf("%u", unsigned{*status});
  } else {
    text.append("N/A");
  }
  return text;
}

bool is_good(rules::WorkerStatus status) { return status && *status >= 200 && *status <= 299; }

}  // namespace

rules::Event worker_event(const rules::Sample& sample, base::SteadyTime now, const rules::WorkerWatch::Verdict& verdict,
                          std::string_view heartbeat_url) {
  rules::Event event = rules::make_event(rules::EventKind::kWorkerStatus, sample.stamp, now, "worker");
  if (is_good(verdict.now)) event.severity = rules::Severity::kInfo;
  event.text.appendf("Cloudflare worker status changed.\nBefore: %s\nNow: %s", shown(verdict.before).c_str(),
                     shown(verdict.now).c_str());
  std::array<char, decltype(event.fields)::capacity() + 1> room;
  base::TextWriter fields(room);
  fields.append("{\"timestamp_lima\": ");
  base::append_json_string(fields, rules::lima_time(sample.stamp));
  fields.append(", \"heartbeat_url\": ");
  base::append_json_string(fields, heartbeat_url);
  fields.append("}");
  if (!fields.overflowed()) event.fields = fields.view();
  return event;
}

WorkerAlerts::WorkerAlerts(Alerts& alerts, store::TurnCommit& turn_commit) : alerts_(alerts) { turn_commit.add(told_); }

void WorkerAlerts::on_cycle(const rules::Sample& sample, base::SteadyTime now, const config::Settings& settings) {
  if (!told_.known()) return;
  if (!restored_) {
    restored_ = true;
    if (told_.value()) watch_ = rules::WorkerWatch(static_cast<std::uint16_t>(*told_.value()));
  }
  const auto verdict = watch_.on_answer(sample.worker_status, settings.worker_confirm);
  if (verdict.news == News::kNone) return;
  told_.set(verdict.now);
  const auto answer = shown(verdict.now);
  if (verdict.news == News::kRemember) {
    if (verdict.now) base::log::info("Worker: %s", answer.c_str());  // why there is none was said when it did not come
    return;
  }
  base::log::warn("Worker: its answer changed from %s to %s", shown(verdict.before).c_str(), answer.c_str());
  alerts_.raise(worker_event(sample, now, verdict, settings.worker_url));
}

}  // namespace app

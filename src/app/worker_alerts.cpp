// SPDX-License-Identifier: MIT
#include "app/worker_alerts.h"

#include <array>

#include "base/json_string.h"
#include "base/log.h"
#include "notify/registry.h"
#include "rules/lima_time.h"

namespace app {
namespace {

using News = rules::WorkerWatch::News;

constexpr char kState[] = "worker_status";

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

rules::Event worker_event(const rules::Sample& sample, const rules::WorkerWatch::Verdict& verdict,
                          std::string_view heartbeat_url) {
  rules::Event event;
  event.time = sample.stamp;
  event.severity = is_good(verdict.now) ? rules::Severity::kInfo : rules::Severity::kWarning;
  event.kind = "worker_status";
  event.key = "worker";
  event.title = "🚨 Heartbeat Monitor Alert 🚨";
  event.text.appendf("Cloudflare worker status changed.\nBefore: %s\nNow: %s", shown(verdict.before).c_str(),
                     shown(verdict.now).c_str());
  std::array<char, decltype(event.fields)::capacity() + 1> room;
  base::TextWriter fields(room);
  fields.append("{\"timestamp_lima\": ");
  base::append_json_string(fields, rules::lima_time(sample.stamp));
  fields.append(", \"heartbeat_url\": ");
  base::append_json_string(fields, heartbeat_url);
  fields.append("}");
  event.fields.append(fields.overflowed() ? "{}" : fields.view());
  return event;
}

void WorkerAlerts::on_cycle(const rules::Sample& sample, const config::Settings& settings) {
  if (!restored_) {
    const auto stored = outbox_.read_state(kState);
    if (!stored) return;
    restored_ = true;
    if (*stored) watch_ = rules::WorkerWatch(static_cast<std::uint16_t>(**stored));
  }
  const auto verdict = watch_.on_answer(sample.worker_status, settings.worker_confirm);
  if (verdict.news == News::kNone) return;
  const store::Outbox::State state{kState, verdict.now};
  const auto now = shown(verdict.now);
  if (verdict.news == News::kRemember) {
    base::log::info("Worker: %s", verdict.now ? now.c_str() : "no answer");
    return outbox_.commit(state);
  }
  base::log::warn("Worker: its answer changed from %s to %s", shown(verdict.before).c_str(), now.c_str());
  const notify::Recipients recipients = notify::recipients(settings.heartbeat_route, settings);
  outbox_.commit(worker_event(sample, verdict, settings.worker_url), recipients.span(), state);
}

}  // namespace app

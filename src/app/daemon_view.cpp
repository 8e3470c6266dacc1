// SPDX-License-Identifier: MIT
// The daemon as its pages show it.
#include "app/daemon.h"
#include "app/first_look.h"
#include "base/version.h"
#include "lib/mqtt_heap.h"
#include "lib/sqlite.h"
#include "lib/tls_heap.h"
#include "os/process_memory.h"
#include "os/read_file.h"

namespace app {

web::StatusInput Daemon::status() const {
  const base::SteadyTime now = clock_.steady_now();
  const store::StoreStatus& stored = history_.status();
  store_problem_.assign(stored.reason.view());
  if (!store_problem_.empty()) store_problem_.append(". ").append(store::advice(stored.trouble));
  alerts_problem_.assign(turn_commit_.problem().view());
  for (const notify::Lane& lane : dispatcher_.lanes()) {
    if (!alerts_problem_.empty() || lane.problem().empty()) continue;
    alerts_problem_.append(lane.channel().name()).append(" was not told at the last try: ").append(lane.problem());
  }
  const bool internet_down = findings_.internet_known() && !findings_.internet().ok;

  web::StatusInput input;
  input.host_name = host_name_;
  input.version = base::kVersion;
  input.uptime = now - started_at_;
  input.now = now;
  input.newest = looked_ ? &newest_ : nullptr;
  input.samples_in_memory = samples_.size();
  input.tick = {.interval = settings_.heartbeat_interval,
                .last_lateness = last_lateness_,
                .p99_lateness = lateness_.percentile(99),
                .longest_lateness = lateness_.longest(),
                .missed = tick_.missed_total()};
  input.store = {
      .ok = stored.trouble == store::StoreTrouble::kNone,
      .problem = store_problem_,
      .since = stored.trouble == store::StoreTrouble::kNone ? std::nullopt : std::optional(now - stored.trouble_since),
      .path = database_path_,
      .file_bytes = stored.file_bytes,
      .rows_written = stored.rows_written,
      .rows_waiting = stored.samples_waiting,
      .rows_lost = stored.samples_lost};
  input.docker = {.known = containers_.docker().known,
                  .running = containers_.running(),
                  .engine = containers_.docker().version,
                  .problem = containers_.docker().reason,
                  .untracked = containers_.untracked(),
                  .containers = &containers_};
  const Services::Counts services = services_.counts();
  input.systemd = {.answers = services_.systemd().answers,
                   .absent = settings_.systemd_bus.empty() || services_.systemd().absent,
                   .running = services.running,
                   .stopped = services.stopped,
                   .failed = services.failed,
                   .problem = services_.systemd().reason};
  input.internet = {
      .target = settings_.probe,
      .since = findings_.internet_known() ? std::optional(now - findings_.internet_since()) : std::nullopt,
      .problem = internet_down ? findings_.internet().reason.view() : std::string_view()};
  input.worker = {.url = settings_.worker_url,
                  .asked = findings_.worker_known(),
                  .problem = findings_.worker().status ? std::string_view() : findings_.worker().reason.view()};
  input.alerts = {.waiting = outbox_.status().waiting,
                  .in_memory = outbox_.in_memory(),
                  .lost = outbox_.status().lost,
                  .unstored = turn_commit_.problem(),
                  .problem = alerts_problem_};
  input.mqtt = mqtt_.status();
  input.conch = conch_.conch_status();
  const rules::InstanceWatch& watch = instances_.instances();
  input.instances = {.running = watch.count(rules::InstanceStatus::kRunning),
                     .crashed = watch.count(rules::InstanceStatus::kCrashed),
                     .stopped = watch.count(rules::InstanceStatus::kStopped)};
  input.loop = {.longest = loop_.statistics().longest,
                .longest_name = loop_.statistics().longest_name,
                .slow = loop_.statistics().slow_callbacks};
  return input;
}

web::MemoryInput Daemon::memory() const {
  memory_used_ = {{{"samples", samples_.size() * sizeof(rules::KeptSample)},
                   {"text of one system file", base::limits::kProcText},
                   {"database (SQLite)", lib::sqlite_memory().used_bytes},
                   {"encryption (mbedTLS)", lib::tls_memory().used_bytes},
                   {"connections", http_.server().connection_count() *
                                       (base::limits::kHttpSmallBuffer + base::limits::kHttpConnectionBytes)},
                   {"name lookups", sizeof resolver_},
                   {"MQTT (libmosquitto)", sizeof mqtt_ + lib::mqtt_memory().used_bytes},
                   {"disks' health", sizeof smart_monitor_},
                   {"containers", sizeof containers_},
                   {"services of systemd", services_.used_bytes()},
                   {"processes", settings_.processes.size() * base::limits::kProcessBytes},
                   {"alerts", outbox_.in_memory() * base::limits::kAlertBytes},
                   {"conch commands", sizeof conch_},
                   {"instances", instances_.used_bytes()},
                   {"healing", sizeof healing_},
                   {"the rest of the daemon", base::limits::kRest}}};
  web::MemoryInput input{.used = memory_used_, .private_bytes = {}, .pss_bytes = {}};
  std::array<char, 4096> buffer;
  const auto text = os::read_file(settings_.procfs_root, "/self/smaps_rollup", buffer);
  const auto process = text ? os::parse_process_memory(*text) : std::unexpected(text.error());
  if (process) {
    input.private_bytes = process->dirty_kib * base::limits::kKib;
    input.pss_bytes = process->pss_kib * base::limits::kKib;
  }
  return input;
}

web::Lists Daemon::lists() const {
  return {.containers = containers_,
          .services = services_,
          .commands = conch_,
          .instances = instances_,
          .healing = healing_.log(),
          .problems = overview_.problems(),
          .channels = overview_.channels(),
          .layers = network_monitor_.layers(),
          .targets = network_monitor_.targets(),
          .disks = smart_monitor_};
}

web::Facts Daemon::facts() const {
  web::Facts facts = overview_.look();
  facts.dry_run = settings_.heal_dry_run;
  safe_mode_ = healing_.safe_mode_words();
  facts.safe_mode = safe_mode_;
  facts.actions_used = healing_.used();
  facts.actions_per_hour = settings_.heal_per_hour;
  return facts;
}

}  // namespace app

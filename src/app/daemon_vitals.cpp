// SPDX-License-Identifier: MIT
// The daemon as programs see it: /health and /metrics.
#include "app/daemon.h"
#include "app/first_look.h"
#include "base/version.h"
#include "lib/mqtt_heap.h"
#include "lib/sqlite.h"
#include "lib/tls_heap.h"

namespace app {
namespace {

using web::HealthCheck;
using web::MetricsWriter;
using State = HealthCheck::State;

// A loop that ran no cycle for this many of their intervals is not well.
constexpr int kLateIntervals = 3;

std::optional<double> scaled(std::optional<float> value, double factor) {
  if (!value) return std::nullopt;
  return static_cast<double>(*value) * factor;
}

template <class T>
std::optional<double> plain(std::optional<T> value) {
  if (!value) return std::nullopt;
  return static_cast<double>(*value);
}

void write_interfaces(const rules::Sample& sample, MetricsWriter& out) {
  const auto each = [&](const char* name, const char* help, float rules::InterfaceRate::*rate) {
    if (sample.interface_count == 0) return;
    out.family(name, "gauge", help);
    for (std::size_t i = 0; i < sample.interface_count; ++i) {
      const rules::InterfaceRate& interface = sample.interfaces[i];
      out.sample(name, {{"interface", interface.name}}, static_cast<double>(interface.*rate));
    }
  };
  each("host_network_receive_bytes_per_second", "Bytes that an interface received, a second.",
       &rules::InterfaceRate::received_bytes_per_s);
  each("host_network_transmit_bytes_per_second", "Bytes that an interface sent, a second.",
       &rules::InterfaceRate::sent_bytes_per_s);
  each("host_network_errors_per_second", "Errors and drops of an interface, a second.",
       &rules::InterfaceRate::errors_per_s);
}

void write_host(const rules::Sample& sample, MetricsWriter& out) {
  out.gauge("host_cpu_ratio", "Processor time in use in the last cycle, all cores together.",
            scaled(sample.cpu_percent, 0.01));
  out.gauge("host_memory_ratio", "Memory that is not available, of all.", scaled(sample.memory_percent, 0.01));
  out.gauge("host_memory_used_bytes", "Memory that is not available.", scaled(sample.memory_used_mib, 1048576));
  out.gauge("host_swap_ratio", "Swap space in use.", scaled(sample.swap_percent, 0.01));
  out.gauge("host_disk_ratio", "How full the disk of the heartbeat is.", scaled(sample.disk_percent, 0.01));
  out.gauge("host_inodes_ratio", "Inodes of that disk in use.", scaled(sample.inode_percent, 0.01));
  out.gauge("host_load1", "Load average of one minute.", plain(sample.load_1));
  out.gauge("host_load5", "Load average of five minutes.", plain(sample.load_5));
  out.gauge("host_load15", "Load average of fifteen minutes.", plain(sample.load_15));
  out.gauge("host_temperature_celsius", "The hottest thermal zone.", plain(sample.temperature_celsius));
  out.gauge("host_uptime_seconds", "How long the box has been up.", plain(sample.uptime_s));
  out.gauge("host_processes", "Processes of the box.", plain(sample.processes));
  out.gauge("host_zombies", "Processes that ended and were not waited for.", plain(sample.zombies));
}

}  // namespace

web::HealthInput Daemon::health() const {
  const web::StatusInput now = status();
  const auto age = [&](bool known, base::SteadyTime since) {
    return known ? std::optional(now.now - since) : std::nullopt;
  };
  const bool sampled = now.newest != nullptr;
  const bool docker_off = settings_.docker_socket.empty();
  const bool docker_ok = containers_.docker().answers;
  const bool internet_off = settings_.probe.empty();
  const bool internet_ok = sampled && newest_.internet_ok == true;
  const bool loop_ok = now.now - last_tick_ <= kLateIntervals * base::Duration(settings_.heartbeat_interval);
  const bool store_ok = now.store.ok && turn_commit_.trouble() == store::StoreTrouble::kNone;
  bool any_channel = false;
  for (const notify::Lane& lane : dispatcher_.lanes()) any_channel |= lane.channel().configured(settings_);

  const auto check = [](const char* name, bool off, bool ok, std::string_view off_reason, std::string_view problem,
                        std::optional<base::Duration> last) {
    return HealthCheck{.name = name,
                       .state = off  ? State::kOff
                                : ok ? State::kOk
                                     : State::kDegraded,
                       .reason = off  ? off_reason
                                 : ok ? std::string_view()
                                      : problem,
                       .age = off ? std::nullopt : last};
  };
  health_checks_ = {{
      check("mqtt", now.mqtt.broker.empty(), now.mqtt.connected && now.mqtt.problem.empty(), "[mqtt] broker is empty",
            now.mqtt.problem.empty() ? "it is not connected" : now.mqtt.problem,
            now.mqtt.connected ? std::optional(base::Duration::zero()) : std::nullopt),
      check("docker", docker_off, docker_ok, "[docker] socket is empty", now.docker.problem,
            age(containers_.docker().listed_at != base::SteadyTime(), containers_.docker().listed_at)),
      check("systemd", now.systemd.absent, now.systemd.answers,
            settings_.systemd_bus.empty() ? "[systemd] bus is empty" : "there is no systemd here", now.systemd.problem,
            age(services_.systemd().listed_at != base::SteadyTime(), services_.systemd().listed_at)),
      check("store", false, store_ok, {}, now.store.ok ? turn_commit_.problem().view() : now.store.problem,
            age(stored_at_ != base::SteadyTime(), stored_at_)),
      check("internet", internet_off, internet_ok, "[heartbeat] probe is empty",
            now.internet.problem.empty() ? "it is not known yet" : now.internet.problem,
            age(internet_answered_at_ != base::SteadyTime(), internet_answered_at_)),
      check("channels", !any_channel, now.alerts.problem.empty(), "no channel is set up", now.alerts.problem,
            std::nullopt),
  }};
  return {.healthy = loop_ok && store_ok,
          .time = clock_.wall_now(),
          .uptime = now.uptime,
          .version = now.version,
          .services_monitored = containers_.watched() + services_.counts().all(),
          .alerts_sent = outbox_.status().delivered,
          .checks = health_checks_};
}

bool Daemon::write_metrics(std::size_t part, MetricsWriter& out) const {
  switch (part) {
    case 0:
      out.family("build_info", "gauge", "What runs here.");
      out.sample("build_info", {{"version", base::kVersion}, {"host_name", host_name_}}, 1);
      out.gauge("uptime_seconds", "How long this Limpet has run.",
                std::chrono::duration<double>(clock_.steady_now() - started_at_).count());
      out.gauge("healthy", "1 while the loop and the store are well.", health().healthy ? 1 : 0);
      if (looked_) write_host(newest_, out);
      return true;
    case 1:
      if (looked_) write_interfaces(newest_, out);
      host_monitor_.write_metrics(out);
      network_monitor_.write_metrics(out);
      smart_monitor_.write_metrics(out);
      out.counter("host_slow_reads_total", "Disks and sensors that did not answer in time.", slow_host_.stuck_total());
      return true;
    case 2:
      write_around(out);
      return true;
    case 3:
      containers_.write_metrics(out);
      return true;
    case 4:
      services_.write_metrics(out);
      healing_.write_metrics(out);
      return true;
    case 5:
      write_loop(out);
      return true;
    case 6:
      write_store(out);
      return true;
    case 7:
      write_alerts(out);
      return true;
    case 8:
      write_network(out);
      return true;
    case 9:
      write_memory(out);
      return true;
    default:
      return false;
  }
}

void Daemon::write_around(MetricsWriter& out) const {
  if (looked_) {
    out.gauge("internet_up", "1 while the internet is there.", plain(newest_.internet_ok));
    out.gauge("internet_probe_seconds", "How long the probe's answer took.", scaled(newest_.ping_ms, 0.001));
    out.gauge("worker_status_code", "The Worker's last answer.", plain(newest_.worker_status));
    out.gauge("cycle_seconds", "How long the last cycle took.", static_cast<double>(newest_.cycle_duration_ms) * 0.001);
  }
  const web::MqttStatus mqtt = mqtt_.status();
  out.gauge("mqtt_up", "1 while the broker is connected.", mqtt.connected ? 1 : 0);
  out.counter("mqtt_messages_received_total", "Messages of the broker.", mqtt.received);
  out.counter("mqtt_messages_dropped_total", "Messages that were too long.", mqtt.dropped);
  const web::ConchStatus conch = conch_.conch_status();
  out.family("conch_commands", "gauge", "Commands that clients told of and that did not end.");
  out.sample("conch_commands", {{"state", "running"}}, static_cast<double>(conch.running));
  out.sample("conch_commands", {{"state", "orphaned"}}, static_cast<double>(conch.orphans));
  out.counter("conch_commands_evicted_total", "Commands that ran and made room for others.", conch.evicted);
  out.counter("conch_payloads_bad_total", "Payloads that were not taken.", conch.bad);
  const rules::InstanceWatch& watch = instances_.instances();
  out.family("instances", "gauge", "Scripts that registered themselves.");
  for (const auto status :
       {rules::InstanceStatus::kRunning, rules::InstanceStatus::kCrashed, rules::InstanceStatus::kStopped}) {
    out.sample("instances", {{"status", rules::instance_status_name(status)}},
               static_cast<double>(watch.count(status)));
  }
  out.counter("instances_evicted_total", "Instances that ended and made room for others.", watch.evicted());
}

void Daemon::write_loop(MetricsWriter& out) const {
  const event::LoopStatistics& loop = loop_.statistics();
  out.histogram("tick_lateness_seconds", "How long after their second ticks came.", lateness_);
  out.counter("ticks_missed_total", "Ticks that never came: the box was busy or asleep.", tick_.missed_total());
  out.histogram("loop_callback_seconds", "How long the callbacks of the loop took.", loop.times);
  out.counter("loop_slow_callbacks_total", "Callbacks that took more than 50 ms.", loop.slow_callbacks);
}

void Daemon::write_store(MetricsWriter& out) const {
  const store::StoreStatus& stored = history_.status();
  out.gauge("store_up", "1 while samples are stored.", stored.trouble == store::StoreTrouble::kNone ? 1 : 0);
  out.counter("store_rows_written_total", "Samples that were stored.", stored.rows_written);
  out.gauge("store_samples_waiting", "Samples in memory that are not stored yet.",
            static_cast<double>(stored.samples_waiting));
  out.counter("store_samples_lost_total", "Samples that were overwritten before they could be stored.",
              stored.samples_lost);
  out.gauge("store_file_bytes", "Size of the database.", static_cast<double>(stored.file_bytes));
  out.gauge("store_log_bytes", "Size of its write-ahead log in use.", static_cast<double>(stored.log_bytes));
  out.counter("store_broken_files_total", "Damaged databases that were set aside.", stored.broken_files);
  out.counter("store_blocked_checkpoints_total", "Checkpoints that a reader kept from ending.",
              stored.blocked_checkpoints);
  out.histogram("store_flush_seconds", "How long storing samples took.", stored.flushes);
  out.histogram("store_checkpoint_seconds", "How long checkpoints took, with their fsyncs.", stored.checkpoints);
}

void Daemon::write_alerts(MetricsWriter& out) const {
  out.histogram("commit_seconds", "How long commits of alerts and states took, with their fsync.",
                turn_commit_.commits());
  out.gauge("alerts_waiting", "Alerts on the disk that wait for their channel.",
            static_cast<double>(outbox_.status().waiting));
  out.gauge("alerts_in_memory", "Alerts that wait for the disk.", static_cast<double>(outbox_.in_memory()));
  out.counter("alerts_delivered_total", "Alerts that a channel took.", outbox_.status().delivered);
  out.counter("alerts_lost_total", "Alerts for which there was no room.", outbox_.status().lost);
  out.family("channel_up", "gauge", "1 while the last try of a channel succeeded.");
  for (const notify::Lane& lane : dispatcher_.lanes()) {
    if (!lane.channel().configured(settings_)) continue;
    out.sample("channel_up", {{"channel", lane.channel().name()}}, lane.problem().empty() ? 1 : 0);
  }
}

void Daemon::write_network(MetricsWriter& out) const {
  const net::HttpStatistics& http = http_.server().statistics();
  out.counter("http_connections_total", "Connections that were taken.", http.accepted);
  out.gauge("http_connections", "Connections that are open.", static_cast<double>(http_.server().connection_count()));
  out.counter("http_turned_away_total", "Connections that found no room.", http.turned_away);
  out.counter("http_cut_off_total", "Connections that were closed to make room.", http.cut_off);
  out.counter("http_responses_total", "Answers of all statuses.", http.answered);
  out.counter("http_responses_failed_total", "Answers of the statuses 4xx and 5xx.", http.failed);
  out.counter("http_timeouts_total", "Connections that a deadline ended.", http.timed_out);
  out.counter("http_accept_failures_total", "Connections that could not be taken.", http.accept_failures);
  out.counter("http_stream_events_total", "Events that were sent to streams.", http.events);
  out.counter("http_stream_events_left_out_total", "Events that were too long to be sent.", http.long_events);
  const net::TlsDoor::Statistics& https = http_.server().tls_statistics();
  out.counter("https_handshakes_total", "TLS handshakes of the HTTP server that succeeded.", https.agreed);
  out.counter("https_handshakes_failed_total", "Those that failed, also for want of memory.", https.failed);
  out.counter("https_refused_total", "Connections to an HTTPS address that spoke no TLS.", https.plain);
  const net::TlsStatistics& tls = tls_.statistics();
  out.histogram("tls_handshake_seconds", "How long TLS handshakes that succeeded took.", tls.handshakes);
  out.counter("tls_handshakes_resumed_total", "Handshakes that took up an earlier session.", tls.resumed);
  out.counter("tls_handshakes_failed_total", "Handshakes that failed.", tls.failed);
}

void Daemon::write_memory(MetricsWriter& out) const {
  const web::MemoryInput memory = this->memory();
  out.family("memory_used_bytes", "gauge", "Memory in use, part by part.");
  for (const web::MemoryUse& part : memory.used) {
    if (!part.name.empty())
      out.sample("memory_used_bytes", {{"part", part.name}}, static_cast<double>(part.used_bytes));
  }
  out.family("memory_limit_bytes", "gauge", "Memory that a part may use at most.");
  for (const base::limits::Row& part : base::limits::kBudget) {
    out.sample("memory_limit_bytes", {{"part", part.name}}, static_cast<double>(part.bytes));
  }
  out.gauge("process_private_bytes", "Memory that the process wrote and shares with nobody.",
            plain(memory.private_bytes));
  out.gauge("process_pss_bytes", "Memory of the process, with its share of what others use too.",
            plain(memory.pss_bytes));
}

}  // namespace app

// SPDX-License-Identifier: MIT
#include "web/status_page.h"

#include "base/human.h"
#include "web/box_verdict.h"

namespace web {

namespace {

using base::TextWriter;

constexpr std::size_t kProblemsShown = 12;

int width(std::string_view text) { return static_cast<int>(text.size()); }
unsigned long long number(std::uint64_t value) { return value; }
double number(float value) { return static_cast<double>(value); }

/// "  name          value", to which the caller appends and ends the line.
TextWriter& row(TextWriter& out, std::string_view name) { return out.appendf("  %-14.*s", width(name), name.data()); }

void percent(TextWriter& out, std::optional<float> value) {
  if (value) {
    out.appendf("%5.1f %%", number(*value));
  } else {
    out.append("unknown");
  }
}

base::Duration age(const StatusInput& input) { return input.now - input.newest->taken_at; }

// Each problem, and on the next line what is done about it.
class ProblemLines final : public ProblemVisitor {
 public:
  explicit ProblemLines(TextWriter& out) : out_(out) {}

  void on_problem(const ProblemRow& problem) override {
    if (++seen_ > kProblemsShown) return;
    out_.append("  ! ").append(problem.what);
    if (problem.age) out_.append(", for ").append(base::format_duration(*problem.age));
    out_.append("\n");
    if (!problem.done.empty()) out_.append("    ").append(problem.done).append("\n");
  }
  void end() {
    if (seen_ > kProblemsShown) out_.appendf("  and %zu more\n", seen_ - kProblemsShown);
  }

 private:
  TextWriter& out_;
  std::size_t seen_ = 0;
};

void render_head(const View& view, const StatusInput& input, TextWriter& out) {
  out.appendf("%.*s: limpet %.*s, running for %s\n\n", width(input.host_name), input.host_name.data(),
              width(input.version), input.version.data(), base::format_duration(input.uptime).c_str());
  ProblemCount problems;
  visit_problems(view, problems);
  if (problems.all == 0) {
    const BoxVerdict verdict = verdict_of(problems, view);
    out.append(verdict.headline).append(".\n").append(verdict.detail).append("\n");
    return;
  }
  problems.all == 1 ? out.append("One thing is wrong:\n") : out.appendf("%zu things are wrong:\n", problems.all);
  ProblemLines lines(out);
  visit_worst_first(view, lines);
  lines.end();
}

void render_memory(const rules::Sample& sample, TextWriter& out) {
  percent(row(out, "memory"), sample.memory_percent);
  if (sample.memory_used_mib) out.appendf("     %.0f MiB in use", number(*sample.memory_used_mib));
  out.append("\n");
  if (sample.swap_percent) {
    percent(row(out, "swap"), sample.swap_percent);
  } else {
    row(out, "swap").append("none");
  }
  out.append("\n");
}

void render_interfaces(const rules::Sample& sample, TextWriter& out) {
  for (std::size_t i = 0; i < sample.interface_count; ++i) {
    const rules::InterfaceRate& rate = sample.interfaces[i];
    const auto bytes = [](float per_s) { return base::format_bytes(static_cast<std::uint64_t>(per_s)); };
    row(out, rate.name)
        .appendf("in %s/s, out %s/s", bytes(rate.received_bytes_per_s).c_str(), bytes(rate.sent_bytes_per_s).c_str());
    if (rate.errors_per_s > 0) out.appendf(", %.1f errors/s", number(rate.errors_per_s));
    out.append("\n");
  }
}

void render_box(const rules::Sample& sample, TextWriter& out) {
  percent(row(out, "CPU"), sample.cpu_percent);
  if (sample.load_1 && sample.load_5 && sample.load_15) {
    out.appendf("     load %.2f, %.2f, %.2f", number(*sample.load_1), number(*sample.load_5), number(*sample.load_15));
  }
  out.append("\n");
  render_memory(sample, out);
  percent(row(out, "disk"), sample.disk_percent);
  if (sample.inode_percent) out.appendf("     inodes %.1f %%", number(*sample.inode_percent));
  out.append("\n");
  if (sample.temperature_celsius) {
    row(out, "temperature").appendf("%5.1f °C\n", number(*sample.temperature_celsius));
  }
  if (sample.processes) {
    row(out, "processes").appendf("%3u", *sample.processes);
    if (sample.zombies.value_or(0) > 0) out.appendf("         %u of them zombies", *sample.zombies);
    out.append("\n");
  }
  if (sample.uptime_s) {
    row(out, "up").append(base::format_duration(std::chrono::seconds(*sample.uptime_s))).append("\n");
  }
  render_interfaces(sample, out);
}

void render_internet(const StatusInput& input, TextWriter& out) {
  row(out, "internet");
  if (input.internet.target.empty()) {
    out.append("not looked at: [heartbeat] probe is empty\n");
    return;
  }
  const auto ok = input.newest != nullptr ? input.newest->internet_ok : std::nullopt;
  out.append(!ok ? "not known yet" : *ok ? "yes" : "no");
  if (ok && input.internet.since) out.append(", for ").append(base::format_duration(*input.internet.since));
  if (ok == true && input.newest->ping_ms) out.appendf(", %.0f ms", number(*input.newest->ping_ms));
  out.append(" (").append(input.internet.target).append(")\n");
}

void render_worker(const StatusInput& input, TextWriter& out) {
  row(out, "Worker");
  if (input.worker.url.empty()) {
    out.append("none: [heartbeat] url is empty\n");
    return;
  }
  const auto answer = input.newest != nullptr ? input.newest->worker_status : std::nullopt;
  if (answer) {
    out.appendf("answers %u", unsigned{*answer});
  } else if (input.newest != nullptr && input.newest->internet_ok == false) {
    out.append("not told: no internet");
  } else {
    out.append(input.worker.asked ? "no answer" : "not told yet");
  }
  out.append(" (").append(input.worker.url).append(")\n");
}

void render_mqtt(const MqttStatus& mqtt, TextWriter& out) {
  row(out, "MQTT");
  if (mqtt.broker.empty()) {
    out.append("none: [mqtt] broker is empty\n");
    return;
  }
  out.append(mqtt.connected ? "connected for " : "not connected for ").append(base::format_duration(mqtt.since));
  if (mqtt.received > 0) {
    out.appendf(", %llu message%s", number(mqtt.received), mqtt.received == 1 ? "" : "s");
    if (mqtt.dropped > 0) out.appendf(", %llu of them too long and dropped", number(mqtt.dropped));
  }
  out.append(" (").append(mqtt.broker).append(")\n");
}

void render_conch(const ConchStatus& conch, TextWriter& out) {
  if (!conch.on) return;
  row(out, "commands").appendf("%zu running", conch.running);
  if (conch.orphans > 0) out.appendf(", %zu orphaned", conch.orphans);
  if (conch.evicted > 0) out.appendf(", %llu without room", number(conch.evicted));
  if (conch.bad > 0) out.appendf(", %llu bad payload%s", number(conch.bad), conch.bad == 1 ? "" : "s");
  out.append("\n");
}

void render_alerts(const AlertsStatus& alerts, TextWriter& out) {
  row(out, "alerts");
  if (alerts.waiting == 0 && alerts.in_memory == 0) {
    out.append("none waiting\n");
    return;
  }
  out.appendf("%llu waiting to be sent", number(alerts.waiting));
  if (alerts.in_memory > 0) out.appendf(", %llu in memory waiting for the disk", number(alerts.in_memory));
  out.append("\n");
}

// Only where scripts registered themselves.
void render_instances(const InstancesStatus& instances, TextWriter& out) {
  if (instances.running + instances.crashed + instances.stopped == 0) return;
  row(out, "instances")
      .appendf("%zu running, %zu crashed, %zu stopped\n", instances.running, instances.crashed, instances.stopped);
}

void render_docker(const DockerStatus& docker, TextWriter& out) {
  row(out, "Docker");
  if (!docker.known) {
    out.append("not known yet");
  } else if (docker.running >= 0) {
    out.appendf("%d container%s running", docker.running, docker.running == 1 ? "" : "s");
    if (!docker.engine.empty()) out.append(" (").append(docker.engine).append(")");
    if (docker.untracked > 0) out.appendf("; %u more than can be watched", docker.untracked);
  } else {
    out.append("no");
    if (!docker.problem.empty()) out.append(": ").append(docker.problem);
  }
  out.append("\n");
}

void render_containers(const DockerStatus& docker, TextWriter& out) {
  if (docker.containers == nullptr || !docker.containers->row(0)) return;
  out.append("\nContainers\n");
  std::size_t index = 0;
  for (auto one = docker.containers->row(index); one; one = docker.containers->row(++index)) {
    out.appendf("  %-28.*s %.*s", width(one->name), one->name.data(), width(one->state), one->state.data());
    if (one->age) out.append(" for ").append(base::format_duration(*one->age));
    if (one->health != "none") out.append(", ").append(one->health);
    if (one->restarts > 0) out.appendf(", %u restart%s", one->restarts, one->restarts == 1 ? "" : "s");
    if (!one->reason.empty()) out.append(", ").append(one->reason);
    out.append("\n");
  }
}

void render_systemd(const SystemdStatus& systemd, TextWriter& out) {
  row(out, "systemd");
  if (systemd.absent) {
    out.append("no\n");
  } else if (!systemd.answers) {
    out.append("does not answer: ").append(systemd.problem).append("\n");
  } else {
    out.appendf("%u service%s running", systemd.running, systemd.running == 1 ? "" : "s");
    if (systemd.failed > 0) out.appendf(", %u failed", systemd.failed);
    if (systemd.stopped > 0) out.appendf(", %u stopped", systemd.stopped);
    out.append("\n");
  }
}

void render_tick(const StatusInput& input, TextWriter& out) {
  const TickStatus& tick = input.tick;
  row(out, "samples")
      .appendf("%zu in memory, one every %s\n", input.samples_in_memory, base::format_duration(tick.interval).c_str());
  if (input.newest == nullptr) return;
  row(out, "ticks")
      .appendf("%s late; 99 of 100 under %s, at worst %s\n", base::format_duration(tick.last_lateness).c_str(),
               base::format_duration(tick.p99_lateness).c_str(), base::format_duration(tick.longest_lateness).c_str());
  row(out, "missed ticks");
  if (tick.missed == 0) {
    out.append("none\n");
  } else {
    out.appendf("%llu since the start\n", number(tick.missed));
  }
}

void render_store(const StoreStatus& store, TextWriter& out) {
  row(out, "database")
      .appendf("%llu row%s written, %llu waiting%s\n", number(store.rows_written), store.rows_written == 1 ? "" : "s",
               number(store.rows_waiting), store.ok ? "" : " in memory");
  row(out, "file").append(store.path).append(", ").append(base::format_bytes(store.file_bytes)).append("\n");
}

void render_loop(const LoopStatus& loop, TextWriter& out) {
  row(out, "busy").appendf("at most %s at a time", base::format_duration(loop.longest).c_str());
  if (!loop.longest_name.empty()) out.append(" (").append(loop.longest_name).append(")");
  if (loop.slow > 0) out.appendf("; over 50 ms %llu time%s", number(loop.slow), loop.slow == 1 ? "" : "s");
  out.append("\n");
}

}  // namespace

void render_status(const View& view, TextWriter& out) {
  const StatusInput input = view.status();
  render_head(view, input, out);
  if (input.newest != nullptr) {
    out.append("\nThis box, ").append(base::format_age(age(input))).append("\n");
    render_box(*input.newest, out);
  }
  out.append("\nAround it\n");
  render_internet(input, out);
  render_worker(input, out);
  render_docker(input.docker, out);
  render_mqtt(input.mqtt, out);
  render_conch(input.conch, out);
  render_instances(input.instances, out);
  render_systemd(input.systemd, out);
  render_containers(input.docker, out);
  out.append("\nLimpet itself\n");
  render_tick(input, out);
  render_store(input.store, out);
  render_alerts(input.alerts, out);
  render_loop(input.loop, out);
}

}  // namespace web

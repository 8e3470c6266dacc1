// SPDX-License-Identifier: MIT
#include "app/overview.h"

#include <time.h>
#include <unistd.h>

#include <algorithm>

#include "notify/registry.h"
#include "os/process_memory.h"
#include "os/read_file.h"

namespace app {
namespace {

// Where a board and a PC say what they are: Documentation/devicetree/usage-model.rst;
// Documentation/ABI/stable/sysfs-class-dmi.
constexpr const char* kMachineFiles[] = {"/firmware/devicetree/base/model", "/class/dmi/id/product_name"};

std::chrono::seconds utc_offset_at(base::WallTime now) {
  const std::time_t seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  std::tm local{};
  ::localtime_r(&seconds, &local);
  return std::chrono::seconds(local.tm_gmtoff);
}

std::optional<std::uint64_t> own_memory_bytes(const std::string& procfs_root) {
  std::array<char, 4096> buffer;
  const auto process = os::read_parsed(procfs_root, "/self/smaps_rollup", buffer, os::parse_process_memory);
  return process ? std::optional(process->pss_kib * base::limits::kKib) : std::nullopt;
}

}  // namespace

void Overview::read_machine(const std::string& sysfs_root) {
  const long cores = ::sysconf(_SC_NPROCESSORS_ONLN);
  cores_ = cores > 0 ? static_cast<unsigned>(cores) : 0;
  machine_.clear();
  for (const char* const file : kMachineFiles) {
    std::array<char, 128> buffer;
    const auto text = os::read_head(sysfs_root, file, buffer);
    if (!text) continue;
    machine_.append(text->substr(0, text->find_first_of(std::string_view("\0\n", 2))));
    return;
  }
}

web::Facts Overview::look() {
  look_at_channels();
  web::Facts facts;
  facts.now = sources_.clock.wall_now();
  facts.utc_offset = utc_offset_at(facts.now);
  facts.machine = machine_;
  facts.cores = cores_;
  const config::Settings& s = sources_.settings;
  facts.limits = {{{"cpu", s.cpu_warn, s.cpu_critical},
                   {"memory", s.memory_warn, s.memory_critical},
                   {"disk", s.disk_warn, s.disk_critical},
                   {"temperature", s.temperature_warn, s.temperature_critical},
                   {"ping", static_cast<std::uint32_t>(s.network_latency.count()), 0}}};
  disk_text_ = sources_.box.disk_text();
  facts.disk_text = disk_text_;
  facts.memory_bytes = own_memory_bytes(sources_.settings.procfs_root);
  return facts;
}

void Overview::look_at_channels() {
  const auto& lanes = sources_.dispatcher.lanes();
  for (std::size_t i = 0; i < notify::kChannels; ++i) {
    Channel& channel = channel_[i];
    const notify::Channel& kind = lanes[i].channel();
    channel.on = kind.configured(sources_.settings);
    channel.report = store::read_channel_report(sources_.database, kind.name());
    channel.reason.clear();
    if (!channel.on) {
      channel.reason.append("not set up in the configuration");
    } else if (channel.report.refused || channel.report.waiting > 0) {
      channel.reason.append(channel.report.problem);
    }
  }
}

web::ListStatus Overview::Problems::status() const {
  std::size_t size = 0;
  for (const auto* const source : sources.monitors()) size += source->status().size;
  return {.state = web::ListStatus::State::kOn, .reason = {}, .size = size, .revision = 0};
}

std::optional<web::ProblemRow> Overview::Problems::row(std::size_t index) const {
  for (const auto* const source : sources.monitors()) {
    const std::size_t size = source->status().size;
    if (index < size) return source->row(index);
    index -= size;
  }
  return std::nullopt;
}

web::ListStatus Overview::Channels::status() const {
  return {.state = web::ListStatus::State::kOn,
          .reason = {},
          .size = notify::kChannels,
          .revision = overview.sources_.outbox.status().revision};
}

std::optional<web::ChannelRow> Overview::Channels::row(std::size_t index) const {
  if (index >= notify::kChannels) return std::nullopt;
  const Channel& channel = overview.channel_[index];
  return web::ChannelRow{.name = notify::registry()[index]->name(),
                         .on = channel.on,
                         .waiting = channel.report.waiting,
                         .refused = channel.report.refused,
                         .reason = channel.reason,
                         .next_try = channel.report.next_try,
                         .last_delivered = channel.report.last_delivered};
}

}  // namespace app

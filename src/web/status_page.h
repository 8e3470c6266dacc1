// SPDX-License-Identifier: MIT
// The page that `limpet status` prints: what this box and this daemon are like now, what is wrong and what to do about
// it, for a person. Pure: everything comes in, nothing is looked up.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/text_writer.h"
#include "base/time.h"
#include "rules/sample.h"
#include "web/rows.h"

namespace web {

class View;

struct TickStatus {
  base::Duration interval{};
  base::Duration last_lateness{};
  base::Duration p99_lateness{};  // 99 of 100 ticks were less late
  base::Duration longest_lateness{};
  std::uint64_t missed = 0;  // since the start
};

struct StoreStatus {
  bool ok = false;
  std::string_view problem;             // when not ok, and what to do: a sentence for a person
  std::optional<base::Duration> since;  // when not ok: for how long
  std::string_view path;
  std::uint64_t file_bytes = 0;
  std::uint64_t rows_written = 0;  // since the start
  std::uint64_t rows_waiting = 0;  // in memory, for the next flush
  std::uint64_t rows_lost = 0;     // since the start
};

struct DockerStatus {
  bool known = false;           // whether it answers
  std::int32_t running = -1;    // containers; -1: it does not answer
  std::string_view engine;      // its version
  std::string_view problem;     // empty while it answers
  std::uint32_t untracked = 0;  // containers that there was no room for
  const RowSource<ContainerRow>* containers = nullptr;
};

struct SystemdStatus {
  bool answers = false;
  bool absent = false;  // there is none here, or it is not asked
  std::uint32_t running = 0;
  std::uint32_t stopped = 0;
  std::uint32_t failed = 0;
  std::string_view problem;  // why it does not answer
};

struct InternetStatus {
  std::string_view target;              // as configured; empty: no probe
  std::optional<base::Duration> since;  // how long it has been as the newest sample has it
  std::string_view problem;             // empty while it answers
};

struct WorkerStatus {
  std::string_view url;      // empty: there is none
  bool asked = false;        // since the start, or since its configuration changed
  std::string_view problem;  // why it did not answer; empty while it answers
};

struct MqttStatus {
  std::string_view broker;  // empty: there is none
  bool connected = false;
  base::Duration since{};      // how long it has been, or has not been
  std::uint64_t received = 0;  // messages, since the start
  std::uint64_t dropped = 0;   // of them too long
  std::string_view problem;    // why it is not connected, or gets no messages; empty: nothing is wrong
};

struct ConchStatus {
  bool on = false;
  std::size_t running = 0;
  std::size_t orphans = 0;    // told, and not ended since
  std::uint64_t evicted = 0;  // running ones for which there was no room, since the start
  std::uint64_t bad = 0;      // payloads that were not taken, since the start
};

struct InstancesStatus {
  std::size_t running = 0;
  std::size_t crashed = 0;
  std::size_t stopped = 0;
};

struct AlertsStatus {
  std::uint64_t waiting = 0;    // to be sent
  std::uint64_t in_memory = 0;  // to be stored
  std::uint64_t lost = 0;       // since the start
  std::string_view unstored;    // why they cannot be stored; empty: they can
  std::string_view problem;     // why they wait: that, or what a channel's last try met; empty: nothing is wrong
};

struct LoopStatus {
  base::Duration longest{};
  std::string_view longest_name;  // of what took that long
  std::uint64_t slow = 0;         // callbacks over event::Loop::kSlowCallback
};

/// All texts and `newest` live as long as the call they are given to.
struct StatusInput {
  std::string_view host_name;
  std::string_view version;
  base::Duration uptime{};  // of the daemon
  base::SteadyTime now{};
  const rules::Sample* newest = nullptr;  // none before the first cycle
  std::size_t samples_in_memory = 0;
  TickStatus tick;
  StoreStatus store;
  DockerStatus docker;
  SystemdStatus systemd;
  InternetStatus internet;
  WorkerStatus worker;
  MqttStatus mqtt;
  ConchStatus conch;
  InstancesStatus instances;
  AlertsStatus alerts;
  LoopStatus loop;
};

/// Plain text, at most 80 columns where the names and problems in it are short.
void render_status(const View& view, base::TextWriter& out);

}  // namespace web

// SPDX-License-Identifier: MIT
// What the pages know of the daemon: asked once a request, filled by app/. Never changes anything.
#pragma once

#include <array>

#include "store/alert_log.h"
#include "store/past.h"
#include "store/service_log.h"
#include "web/memory_page.h"
#include "web/rows.h"
#include "web/status_page.h"

namespace web {

/// The lists, each of the monitor that fills it; one that is not there is a NoRows.
struct Lists {
  const RowSource<ContainerRow>& containers;
  const RowSource<ServiceRow>& services;
  const RowSource<CommandRow>& commands;
  const RowSource<InstanceRow>& instances;
  const RowSource<HealingRow>& healing;
  const RowSource<ProblemRow>& problems;  // beside what the rows of the others say
  const RowSource<ChannelRow>& channels;
  const RowSource<LayerRow>& layers;
  const RowSource<TargetRow>& targets;
  const RowSource<DiskRow>& disks;
};

/// From where on a vital of the page is not well; 0: from nowhere on.
struct VitalLimit {
  std::string_view vital;  // cpu, memory, disk, temperature, ping
  std::uint32_t warn = 0;
  std::uint32_t critical = 0;
};

/// Single things that the summary tells beside the lists.
struct Facts {
  base::WallTime now{};
  std::chrono::seconds utc_offset{};  // local time is this much after UTC
  std::string_view machine;           // "Raspberry Pi 4 Model B Rev 1.4"; empty: not known
  unsigned cores = 0;
  std::optional<std::uint64_t> memory_bytes;  // of this process
  std::string_view disk_text;                 // how full the heartbeat's disk is: "11 GiB of 28 GiB"; empty: not known
  std::array<VitalLimit, 5> limits{};         // one without a name is none
  bool dry_run = false;
  std::string_view safe_mode;     // why healing only tells; empty: it acts
  unsigned actions_used = 0;      // in this hour
  unsigned actions_per_hour = 0;  // 0: nothing is healed here
};

class View {
 public:
  /// The texts in what these give live until the loop goes on.
  virtual StatusInput status() const = 0;
  virtual MemoryInput memory() const = 0;
  virtual Lists lists() const = 0;
  /// Looks at everything that the problems and channels in lists() are made of.
  virtual Facts facts() const = 0;
  virtual base::WallTime wall_now() const = 0;
  virtual store::Past& past() const = 0;
  virtual store::AlertLog alert_log() const = 0;
  virtual store::ServiceLog service_log() const = 0;

 protected:
  ~View() = default;
};

}  // namespace web

// SPDX-License-Identifier: MIT
// What the summary of the API tells beside the lists of the monitors: what this box is, what is wrong with it and its
// network, and how each channel does. Reads what others have found out, finds out nothing.
#pragma once

#include <array>
#include <string>

#include "app/host_monitor.h"
#include "config/settings.h"
#include "notify/dispatcher.h"
#include "os/clock.h"
#include "store/channel_report.h"
#include "store/outbox.h"
#include "web/rows.h"
#include "web/view.h"

namespace app {

class Overview {
 public:
  /// All are borrowed and outlive this.
  struct Sources {
    const os::Clock& clock;
    const config::Settings& settings;
    const store::Outbox& outbox;
    const notify::Dispatcher& dispatcher;
    store::SharedDatabase& database;
    const HostMonitor& box;
    const web::RowSource<web::ProblemRow>& network;
    const web::RowSource<web::ProblemRow>& disks;

    /// Each with problems of its own.
    std::array<const web::RowSource<web::ProblemRow>*, 3> monitors() const { return {&box, &network, &disks}; }
  };
  explicit Overview(const Sources& sources) : sources_(sources), problems_(sources_), channels_(*this) {}
  Overview(const Overview&) = delete;
  Overview& operator=(const Overview&) = delete;

  /// What the box is, once; of `sysfs_root`.
  void read_machine(const std::string& sysfs_root);

  /// Looks at everything again: the rows below stay as they are until the next time.
  web::Facts look();

  const web::RowSource<web::ProblemRow>& problems() const { return problems_; }
  const web::RowSource<web::ChannelRow>& channels() const { return channels_; }

 private:
  struct Channel {
    store::ChannelReport report;
    base::FixedString<200> reason;
    bool on = false;
  };
  struct Problems final : web::RowSource<web::ProblemRow> {
    explicit Problems(const Sources& from) : sources(from) {}
    web::ListStatus status() const override;
    std::optional<web::ProblemRow> row(std::size_t index) const override;
    const Sources& sources;
  };
  struct Channels final : web::RowSource<web::ChannelRow> {
    explicit Channels(const Overview& owner) : overview(owner) {}
    web::ListStatus status() const override;
    std::optional<web::ChannelRow> row(std::size_t index) const override;
    const Overview& overview;
  };

  void look_at_channels();

  Sources sources_;
  base::FixedString<80> machine_;
  base::FixedString<63> disk_text_;
  unsigned cores_ = 0;
  std::array<Channel, notify::kChannels> channel_{};
  Problems problems_;
  Channels channels_;
};

}  // namespace app

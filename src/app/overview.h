// SPDX-License-Identifier: MIT
// What the summary of the API tells beside the lists of the monitors: what is wrong with the box's surroundings and
// with Limpet itself, and how each channel does. Reads what others have found out, finds out nothing.
#pragma once

#include <array>
#include <string>

#include "app/findings.h"
#include "config/settings.h"
#include "notify/dispatcher.h"
#include "os/clock.h"
#include "rules/sample.h"
#include "store/channel_report.h"
#include "store/history.h"
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
    const Findings& findings;
    const store::History& history;
    const store::Outbox& outbox;
    const notify::Dispatcher& dispatcher;
    store::SharedDatabase& database;
    const web::RowSource<web::ProblemRow>& box;
    const web::RowSource<web::ProblemRow>& network;
  };
  explicit Overview(const Sources& sources) : sources_(sources), problems_(*this), channels_(*this) {}
  Overview(const Overview&) = delete;
  Overview& operator=(const Overview&) = delete;

  /// What the box is, once; of `sysfs_root`.
  void read_machine(const std::string& sysfs_root);

  /// Looks at everything again: the rows below stay as they are until the next time.
  web::Facts look(const rules::Sample* newest);

  const web::RowSource<web::ProblemRow>& problems() const { return problems_; }
  const web::RowSource<web::ChannelRow>& channels() const { return channels_; }

 private:
  struct Problem {
    web::ProblemRow row;
    base::FixedString<120> what;
    base::FixedString<400> done;
  };
  struct Channel {
    store::ChannelReport report;
    base::FixedString<200> reason;
    bool on = false;
  };
  struct Problems final : web::RowSource<web::ProblemRow> {
    explicit Problems(const Overview& owner) : overview(owner) {}
    web::ListStatus status() const override;
    std::optional<web::ProblemRow> row(std::size_t index) const override;
    const Overview& overview;
  };
  struct Channels final : web::RowSource<web::ChannelRow> {
    explicit Channels(const Overview& owner) : overview(owner) {}
    web::ListStatus status() const override;
    std::optional<web::ChannelRow> row(std::size_t index) const override;
    const Overview& overview;
  };

  void look_at_problems(const rules::Sample* newest);
  void look_at_channels();
  Problem& add(std::string_view part, web::Condition condition);

  Sources sources_;
  base::FixedString<80> machine_;
  unsigned cores_ = 0;
  std::array<Problem, 4> problem_{};
  std::size_t problem_count_ = 0;
  std::array<Channel, notify::kChannels> channel_{};
  Problems problems_;
  Channels channels_;
};

}  // namespace app

// SPDX-License-Identifier: MIT
// GET /api/stream/metrics: an event "metrics" with each sample, and an event "lists" when a list has changed between
// two; both say the revision of every list, so that a watcher asks again for those that changed. There is nothing to
// resume: whoever comes, or was slow, gets the newest.
#pragma once

#include <array>
#include <cstdint>

#include "net/event_source.h"
#include "web/view.h"

namespace web {

class MetricsStream final : public net::EventSource {
 public:
  /// `view` is borrowed and outlives this.
  explicit MetricsStream(const View& view) : view_(view) {}

  /// A new sample is there: there is an event.
  void on_sample();
  /// Looks whether a list has changed since the last event. True: there is an event.
  bool look();

  bool next(std::uint64_t& position, base::TextWriter& out) override;

 private:
  static constexpr std::size_t kLists = 6;
  using Revisions = std::array<std::uint64_t, kLists>;
  Revisions revisions() const;

  const View& view_;
  Revisions told_{};
  std::uint64_t newest_ = 0;  // event
  std::uint64_t sample_ = 0;  // the newest event with a sample
};

}  // namespace web

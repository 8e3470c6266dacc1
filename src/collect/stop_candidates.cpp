// SPDX-License-Identifier: MIT
#include "collect/stop_candidates.h"

#include <unistd.h>

#include <algorithm>
#include <utility>

#include "collect/process_list.h"
#include "os/process_status.h"
#include "os/read_file.h"

namespace collect {

std::span<const rules::ProcessFacts> StopCandidates::look(const std::string& procfs_root,
                                                          const rules::StopPolicy& policy, base::SteadyTime now) {
  before_ = std::exchange(now_, now);
  for (Track& track : tracks_) track.seen = false;
  for_each_process(procfs_root, [&](pid_t pid, const os::ProcessUsage& usage) {
    if (!rules::names_process(policy, visible_name(usage.name))) return;
    std::array<char, os::kProcessStatus> room;
    base::FixedString<32> path;
    path.appendf("/%d/status", static_cast<int>(pid));
    const auto private_kib = os::read_parsed(procfs_root, path, room, os::parse_private_memory);
    if (private_kib) take(pid, usage, *private_kib);
  });
  drop_unseen();
  return std::span(facts_).first(count_);
}

void StopCandidates::take(pid_t pid, const os::ProcessUsage& usage, std::uint64_t private_kib) {
  const auto end = facts_.begin() + static_cast<std::ptrdiff_t>(count_);
  const auto known = std::find_if(facts_.begin(), end, [&](const rules::ProcessFacts& one) {
    return one.pid == pid && one.started_ticks == usage.started_ticks;
  });
  rules::ProcessFacts facts{.pid = pid,
                            .started_ticks = usage.started_ticks,
                            .name = visible_name(usage.name),
                            .age = os::age_of(usage, now_),
                            .private_kib = private_kib};
  const bool is_known = known != end;
  const std::size_t place = is_known ? static_cast<std::size_t>(known - facts_.begin()) : place_for(facts);
  if (place == facts_.size()) return;
  Track& track = tracks_[place];
  if (is_known) {
    facts.private_before = facts_[place].private_kib;
    measure(track, facts, usage);
  } else {
    track = {};
  }
  track.cpu_ticks = usage.cpu_ticks;
  track.seen = true;
  facts_[place] = facts;
}

// When all are taken, that of the smallest, if it is smaller.
std::size_t StopCandidates::place_for(const rules::ProcessFacts& facts) {
  if (count_ < facts_.size()) return count_++;
  const auto smallest = std::ranges::min_element(facts_, {}, &rules::ProcessFacts::private_kib);
  return static_cast<std::size_t>((smallest->private_kib < facts.private_kib ? smallest : facts_.end()) -
                                  facts_.begin());
}

void StopCandidates::measure(Track& track, rules::ProcessFacts& facts, const os::ProcessUsage& usage) const {
  const double ticks =
      std::chrono::duration<double>(now_ - before_).count() * static_cast<double>(::sysconf(_SC_CLK_TCK));
  if (ticks <= 0 || usage.cpu_ticks < track.cpu_ticks) return;
  track.percent[++track.samples % kSamples] =
      static_cast<float>(100 * static_cast<double>(usage.cpu_ticks - track.cpu_ticks) / ticks);
  if (track.samples >= kSamples) facts.cpu_percent = std::ranges::min(track.percent);
}

void StopCandidates::drop_unseen() {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < count_; ++i) {
    if (!tracks_[i].seen) continue;
    facts_[kept] = facts_[i];
    tracks_[kept++] = tracks_[i];
  }
  count_ = kept;
}

}  // namespace collect

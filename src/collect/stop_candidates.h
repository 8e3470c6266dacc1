// SPDX-License-Identifier: MIT
// The processes that may be stopped, by their names, and what each takes: looked at once a cycle, and only while
// something is short, as a round through all processes costs some milliseconds. Keeps what the next look is compared
// with. Decides nothing.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>

#include "base/limits.h"
#include "base/time.h"
#include "os/process_stat.h"
#include "rules/process_choice.h"

namespace collect {

class StopCandidates {
 public:
  /// Looks running of which the least share of processor time counts.
  static constexpr std::size_t kSamples = 3;

  /// All that `policy` names, the largest if there are too many. Lives until the next look() or forget().
  std::span<const rules::ProcessFacts> look(const std::string& procfs_root, const rules::StopPolicy& policy,
                                            base::SteadyTime now);
  /// What is seen next is seen for the first time.
  void forget() { count_ = 0; }

 private:
  struct Track {
    std::uint64_t cpu_ticks = 0;
    std::array<float, kSamples> percent{};  // of one processor, in the last looks, the newest at samples % kSamples
    std::uint32_t samples = 0;
    bool seen = false;
  };
  static_assert(sizeof(Track) + sizeof(rules::ProcessFacts) <= base::limits::kStopCandidateBytes);

  void take(pid_t pid, const os::ProcessUsage& usage, std::uint64_t private_kib);
  std::size_t place_for(const rules::ProcessFacts& facts);
  void measure(Track& track, rules::ProcessFacts& facts, const os::ProcessUsage& usage) const;
  void drop_unseen();

  std::array<rules::ProcessFacts, base::limits::kStopCandidates> facts_;
  std::array<Track, base::limits::kStopCandidates> tracks_;
  std::size_t count_ = 0;
  base::SteadyTime now_{};     // of this look
  base::SteadyTime before_{};  // of the one before
};

}  // namespace collect

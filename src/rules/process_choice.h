// SPDX-License-Identifier: MIT
// Which process is stopped when memory is short, or when one takes the processors for itself: the worst of those that
// [heal] kill names. The helper that keeps root asks the same question before it does so. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/fixed_string.h"
#include "base/time.h"

namespace rules {

struct ProcessFacts {
  std::int32_t pid = 0;
  std::uint64_t started_ticks = 0;        // since boot: with it the number stands for one process only
  base::FixedString<31> name;             // of its program, as ps(1) has it; a process can give itself any
  bool kernel = false;                    // a thread of the kernel: it has no memory of its own
  base::Duration age{};                   // since it was started
  std::uint64_t private_kib = 0;          // what its end would free: RssAnon and VmSwap, proc(5)
  std::uint64_t private_before = 0;       // the same a sample earlier; 0: not known
  std::optional<float> cpu_percent = {};  // of one processor: the least of the last samples
};

/// One that was just started may not be what is to blame, and whoever looks after it starts it anew.
inline constexpr base::Duration kYoungestToStop = std::chrono::seconds(60);

struct StopPolicy {
  std::string_view kill;  // [heal] kill and protect: names with commas, also with stars
  std::string_view protect;
  std::array<std::int32_t, 3> own{};  // Limpet's processes
  base::Duration youngest = kYoungestToStop;
};

/// As far as its name says.
bool names_process(const StopPolicy& policy, std::string_view name);
/// Never the first process, the kernel's, our own, one that is protected, or young, or not named.
bool may_be_stopped(const ProcessFacts& process, const StopPolicy& policy);

/// The one whose end frees most; one that grows counts for as much more as it grew. Its place.
std::optional<std::size_t> worst_by_memory(std::span<const ProcessFacts> processes, const StopPolicy& policy);
/// The one that takes most processor time, if that is at least `percent` of one processor.
std::optional<std::size_t> worst_by_cpu(std::span<const ProcessFacts> processes, const StopPolicy& policy,
                                        float percent);

}  // namespace rules

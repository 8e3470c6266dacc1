// SPDX-License-Identifier: MIT
// How long something took, over many times: counts in buckets that double from 64 µs to 17 s, so that a percentile is
// right to a factor of two at most and exact at the maximum. Never allocates.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/time.h"

namespace base {

class DurationHistogram {
 public:
  static constexpr std::size_t kBuckets = 20;  // the last takes everything longer

  /// Upper bound of a bucket.
  static constexpr Duration bound(std::size_t bucket) { return std::chrono::microseconds(64) * (1LL << bucket); }

  void add(Duration took) {
    std::size_t bucket = 0;
    while (bucket + 1 < kBuckets && took > bound(bucket)) ++bucket;
    ++counts_[bucket];
    ++total_;
    sum_ += took;
    longest_ = std::max(longest_, took);
  }

  std::uint64_t total() const { return total_; }
  std::uint64_t count(std::size_t bucket) const { return counts_[bucket]; }
  Duration sum() const { return sum_; }
  Duration longest() const { return longest_; }

  /// A duration that `percent` of 100 did not exceed: the bound of the bucket it falls into, or longest() if less.
  Duration percentile(unsigned percent) const {
    const std::uint64_t wanted = (total_ * percent + 99) / 100;
    std::uint64_t seen = 0;
    for (std::size_t bucket = 0; bucket < kBuckets; ++bucket) {
      seen += counts_[bucket];
      if (seen >= wanted && seen > 0) return bucket + 1 < kBuckets ? std::min(bound(bucket), longest_) : longest_;
    }
    return {};
  }

 private:
  std::array<std::uint32_t, kBuckets> counts_{};
  std::uint64_t total_ = 0;
  Duration sum_{};
  Duration longest_{};
};

}  // namespace base

// SPDX-License-Identifier: MIT
// Closes what a forked child does not need of its parent's descriptors.
#pragma once

namespace os {

/// Every descriptor from `first` on but `keep`, as far as the first kMostDescriptors where the kernel has no
/// close_range(2).
inline constexpr int kMostDescriptors = 1024;
void close_others(int keep, int first = 0);

}  // namespace os

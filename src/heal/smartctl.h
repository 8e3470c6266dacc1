// SPDX-License-Identifier: MIT
// Runs smartctl(8), which has to be root's, about one disk. Its answer is for whoever holds the other end of a pipe:
// nobody here waits for it.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "os/unique_fd.h"

namespace heal {

/// After this the kernel ends it, alarm(2). A disk that fails can take half a minute for each of its answers.
inline constexpr std::chrono::seconds kSmartctlLongest{60};

/// Starts `program` with a question about the disk `name`, as rules::is_disk_name() takes it; does not wake it. What
/// the program says comes out of `answer`, which does not block. It becomes init's child, so that no zombie is left
/// here. 0, or an errno: ENOENT when there is no such program.
int start_smartctl(const std::string& program, std::string_view name, os::UniqueFd& answer,
                   std::chrono::seconds longest = kSmartctlLongest);

}  // namespace heal

// SPDX-License-Identifier: MIT
// The last wall around this process's memory: what it asks for above that it does not get. Source: getrlimit(2),
// RLIMIT_DATA, which counts every private writable mapping since Linux 4.7.
#pragma once

#include <cstddef>

#include "base/error.h"

namespace os {

/// From now on this process, and what it starts, has at most `bytes` of data, touched or not. One that has more
/// already, as under a sanitizer, is left as it is, and so is one with a lower wall.
base::Result<void> limit_memory(std::size_t bytes);

}  // namespace os

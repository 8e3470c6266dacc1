// SPDX-License-Identifier: MIT
// The page that `limpet memory` prints: what the daemon may use of memory at most, part by part (base/limits.h), and
// what it uses of that now. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/text_writer.h"

namespace web {

/// What one part of the budget uses now; `name` is that of its row in base::limits::kBudget.
struct MemoryUse {
  std::string_view name;
  std::size_t used_bytes = 0;
};

struct MemoryInput {
  std::span<const MemoryUse> used;             // a part that is missing is shown without a number
  std::optional<std::uint64_t> private_bytes;  // of the process: Private_Dirty of smaps_rollup, proc(5)
  std::optional<std::uint64_t> pss_bytes;      // of the process: Pss of smaps_rollup, proc(5)
};

/// Plain text. Without a running daemon `input` is empty, and only the budget is shown.
void render_memory(const MemoryInput& input, base::TextWriter& out);

}  // namespace web

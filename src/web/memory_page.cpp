// SPDX-License-Identifier: MIT
#include "web/memory_page.h"

#include <algorithm>

#include "base/human.h"
#include "base/limits.h"

namespace web {

namespace {

void row(base::TextWriter& out, std::string_view name, std::uint64_t bytes, std::optional<std::size_t> used) {
  out.appendf("  %-26.*s%10s", static_cast<int>(name.size()), name.data(), base::format_bytes(bytes).c_str());
  if (used) out.appendf("%12s", base::format_bytes(*used).c_str());
  out.append("\n");
}

std::optional<std::size_t> find_used(const MemoryInput& input, std::string_view name) {
  const auto found = std::ranges::find(input.used, name, &MemoryUse::name);
  return found == input.used.end() ? std::nullopt : std::optional(found->used_bytes);
}

}  // namespace

void render_memory(const MemoryInput& input, base::TextWriter& out) {
  out.appendf("  %-26s%10s%s\n", "", "at most", input.used.empty() ? "" : "        used");
  std::size_t sum = 0;
  for (const base::limits::Row& part : base::limits::kBudget) {
    const std::optional<std::size_t> used = find_used(input, part.name);
    sum += used.value_or(0);
    row(out, part.name, part.bytes, used);
  }
  row(out, "together", base::limits::budget_bytes(), input.used.empty() ? std::nullopt : std::optional(sum));
  if (!input.private_bytes && !input.pss_bytes) return;
  out.append("\nThe whole process, with its program and libraries\n");
  if (input.private_bytes) row(out, "its own", *input.private_bytes, std::nullopt);
  if (input.pss_bytes) row(out, "with its share of the rest", *input.pss_bytes, std::nullopt);
}

}  // namespace web

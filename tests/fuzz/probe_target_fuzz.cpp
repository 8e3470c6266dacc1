// SPDX-License-Identifier: MIT
// A text as `[heartbeat] probe`: what is accepted must be safe to put into a request, as the header promises.
#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "rules/probe_target.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const auto target = rules::parse_probe_target({reinterpret_cast<const char*>(data), size});
  if (!target) return 0;
  const auto harmless = [](char c) { return c > ' ' && c < 0x7F; };
  const bool http = target->kind == rules::ProbeTarget::Kind::kHttp;
  const bool safe =
      !target->host.empty() && target->port != 0 && !target->host.truncated() && !target->field.truncated() &&
      !target->target.truncated() && std::ranges::all_of(target->field.view(), harmless) &&
      std::ranges::all_of(target->target.view(), harmless) && target->target.view().starts_with('/') == http;
  if (!safe) std::abort();
  return 0;
}

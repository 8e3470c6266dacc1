// SPDX-License-Identifier: MIT
// A text as an address: what is accepted must be safe to put into a request, as the header promises.
#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "rules/url.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const auto url = rules::parse_probe_url({reinterpret_cast<const char*>(data), size});
  if (!url) return 0;
  const auto harmless = [](char c) { return c > ' ' && c < 0x7F; };
  using Scheme = rules::Url::Scheme;
  const bool http = url->scheme == Scheme::kHttp || url->scheme == Scheme::kHttps;
  const bool safe = !url->host.empty() && (url->port != 0 || url->scheme == Scheme::kIcmp) && !url->host.truncated() &&
                    !url->field.truncated() && !url->target.truncated() &&
                    std::ranges::all_of(url->field.view(), harmless) &&
                    std::ranges::all_of(url->target.view(), harmless) && url->target.view().starts_with('/') == http;
  if (!safe) std::abort();
  return 0;
}

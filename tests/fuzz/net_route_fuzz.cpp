// SPDX-License-Identifier: MIT
// The tables of routes and neighbours: every step goes on in the text, and names lie inside it.
#include "os/net_route.h"

namespace {

template <class Take>
void take_all(std::string_view text, Take take) {
  std::string_view rest = text;
  for (std::size_t left = rest.size(); const auto line = take(rest); left = rest.size()) {
    if (rest.size() >= left) __builtin_trap();
    if constexpr (requires { line->interface; }) {
      const char* const name = line->interface.data();
      if (name < text.data() || name + line->interface.size() > text.data() + text.size()) __builtin_trap();
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  take_all(text, os::take_route_line);
  take_all(text, os::take_route6_line);
  take_all(text, os::take_neighbour_line);
  return 0;
}

// SPDX-License-Identifier: MIT
// HTTP requests through lib::HttpParser: the first byte says into what pieces the rest is cut, and what is found must
// not depend on that. Every message that is complete is followed by the next, as in pipelining.
#include "http_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto start = [](lib::HttpParser& parser) { parser.start_request(); };
  const fuzz::Outcome whole = fuzz::parse(bytes, bytes.size() + 1, start);
  fuzz::check(whole == fuzz::parse(bytes, data[0] % 16U + 1U, start));
  return 0;
}

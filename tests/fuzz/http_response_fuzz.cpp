// SPDX-License-Identifier: MIT
// HTTP answers through lib::HttpParser, also those to HEAD and those that end with the connection: the first byte says
// which, and into what pieces the rest is cut; what is found must not depend on the pieces.
#include "http_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const bool to_head = data[0] >= 128;
  const auto start = [to_head](lib::HttpParser& parser) { parser.start_response({}, to_head); };
  const fuzz::Outcome whole = fuzz::parse(bytes, bytes.size() + 1, start);
  fuzz::check(whole == fuzz::parse(bytes, data[0] % 16U + 1U, start));
  return 0;
}

// SPDX-License-Identifier: MIT
// Arbitrary bytes as smartctl's answer, whole and in two pieces: the same comes of both, texts are plain and bounded,
// and nothing of what no JSON said is kept.
#include <cstdlib>
#include <string_view>

#include "collect/smart_json.h"

namespace {

void check(bool holds) {
  if (!holds) std::abort();
}

bool is_plain(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') return false;
  }
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  static collect::SmartJson whole;
  static collect::SmartJson pieces;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  whole.start();
  whole.feed(text);
  const rules::DiskReport report = whole.finish();
  pieces.start();
  pieces.feed(text.substr(0, size / 3));
  pieces.feed(text.substr(size / 3));
  const rules::DiskReport again = pieces.finish();

  check(report.health == again.health && report.model == again.model && report.reason == again.reason);
  check(is_plain(report.model) && is_plain(report.reason));
  check((report.health == rules::DiskHealth::kUnknown) == !report.reason.empty());
  check(!whole.extract().empty() || report.health == rules::DiskHealth::kUnknown);
  check(report.health != rules::DiskHealth::kPassed || !rules::is_virtual_disk_model(report.model));
  return 0;
}

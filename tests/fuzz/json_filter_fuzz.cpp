// SPDX-License-Identifier: MIT
// Arbitrary bytes through rules::JsonFilter, whole and in pieces (the first byte says how small, and which shape): what
// is kept must not depend on the pieces, is sound JSON inside of its room, and is left as it is by the same filter.
#include <cstdlib>
#include <string>
#include <string_view>

#include "rules/json_filter.h"

namespace {

constexpr std::string_view kWanted[] = {"Id", "Names", "State.Status", "State.Health.Status", "HostConfig.AutoRemove"};
constexpr std::size_t kRoom = 200;

struct Kept {
  std::string texts;
  std::string last;
  bool sound = false;

  void on_element(const rules::JsonElement& element) {
    if (element.text.size() > kRoom || element.too_long != element.text.empty()) std::abort();
    last = element.text;
    texts.append(element.text).append("\n");
  }
};

Kept filter(std::string_view text, rules::JsonShape shape, std::size_t piece_bytes) {
  Kept kept;
  char room[kRoom];
  rules::JsonFilter filter(room, kWanted, rules::JsonFilter::OnElement::to<&Kept::on_element>(kept));
  filter.start(shape);
  for (; !text.empty(); text.remove_prefix(text.size() < piece_bytes ? text.size() : piece_bytes)) {
    filter.feed(text.substr(0, piece_bytes));
  }
  kept.sound = filter.complete();
  return kept;
}

void check(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto shape = static_cast<rules::JsonShape>(data[0] % 3U);
  const Kept whole = filter(text, shape, size);
  const Kept pieces = filter(text, shape, data[0] / 3U % 16U + 1U);
  check(whole.texts == pieces.texts && whole.sound == pieces.sound);
  if (whole.last.empty()) return 0;
  const Kept again = filter(whole.last, rules::JsonShape::kOne, size);
  check(again.sound && again.last == whole.last);
  return 0;
}

// SPDX-License-Identifier: MIT
// Arbitrary bytes as an engine's answers (the first byte says of which shape), filtered, read and given to the watch,
// as the daemon does it: whatever they say, each container is known once, and all that is to be told comes to an end.
#include <array>
#include <cstdlib>
#include <string_view>

#include "collect/docker_json.h"
#include "rules/container_watch.h"
#include "rules/json_filter.h"

namespace {

void check(bool holds) {
  if (!holds) std::abort();
}

struct Box {
  std::array<std::byte, base::limits::kDockerValues> memory;
  lib::JsonReader json{memory};
  rules::ContainerWatch watch;
  base::SteadyTime now{std::chrono::hours(100)};

  void on_element(const rules::JsonElement& element) {
    now += std::chrono::seconds(1);
    collect::parse_docker_version(json, element.text);
    if (const auto event = collect::parse_container_event(json, element.text)) watch.on_event(*event, now);
    if (const auto listed = collect::parse_listed_container(json, element.text)) watch.on_listed(*listed);
    watch.take_to_inspect();
    if (const auto facts =
            collect::parse_container_facts(json, element.text, base::WallTime(std::chrono::hours(500'000))))
      watch.on_facts(*facts, now);
    tell();
  }
  void tell() {
    for (unsigned most = 3 * base::limits::kContainers; watch.take_news(now); --most) check(most > 0);
  }
  void check_all() const {
    const auto all = watch.containers();
    for (std::size_t i = 0; i < all.size(); ++i) {
      check(!all[i].kept.name.empty());
      for (std::size_t j = 0; j < i; ++j) {
        check(all[i].kept.name != all[j].kept.name);
        check(!all[i].exists() || all[i].kept.id != all[j].kept.id);
      }
    }
  }
};

void feed(Box& box, std::string_view text, rules::JsonShape shape) {
  const bool events = shape == rules::JsonShape::kSequence;
  std::array<char, base::limits::kDockerElement> room;
  rules::JsonFilter filter(room,
                           events ? std::span<const std::string_view>(collect::kEventMembers)
                                  : std::span<const std::string_view>(collect::kAnswerMembers),
                           rules::JsonFilter::OnElement::to<&Box::on_element>(box));
  filter.start(shape);
  filter.feed(text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  static Box box;
  box.watch = {};
  box.watch.configure({.watch = data[0] & 4U ? "web, c*" : ""});
  box.watch.begin_list();
  feed(box, text, static_cast<rules::JsonShape>(data[0] % 4U % 3U));
  box.watch.end_list(box.now);
  box.watch.on_synced();
  box.tell();
  box.now += std::chrono::minutes(10);
  box.tell();
  box.check_all();
  return 0;
}

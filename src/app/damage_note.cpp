// SPDX-License-Identifier: MIT
#include "app/damage_note.h"

#include <unistd.h>

#include <array>

#include "base/log.h"
#include "os/read_file.h"
#include "rules/event.h"

namespace app {
namespace {

constexpr std::size_t kLongest = 1024;  // bytes of it that are told

}  // namespace

void DamageNote::begin() {
  path_ = settings_.data_dir + "/damage";
  std::array<char, kLongest> buffer;
  const auto text = os::read_head({}, path_, buffer);
  if (!text || text->empty()) return;
  auto event = rules::make_event(rules::EventKind::kDataDamaged, clock_.wall_now(), clock_.steady_now(), "damage");
  event.subject = std::string_view(host_name_);
  event.text.append(text->substr(0, text->find_last_not_of('\n') + 1));
  alerts_.raise(event);
  raised_ = true;
}

void DamageNote::on_committed() {
  raised_ = false;
  if (::unlink(path_.c_str()) == 0) return;
  const auto error = base::Error::from_errno(errno, "remove", path_);
  base::log::warn("The damage that was told will be told again at the next start: %s", error.c_str());
}

}  // namespace app

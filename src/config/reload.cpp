// SPDX-License-Identifier: MIT
#include "config/reload.h"

#include "config/row_value.h"
#include "config/text.h"

namespace config {
namespace {

void copy_value(const Row& row, const Settings& from, Settings& to) {
  std::visit([&](auto member) { to.*member = from.*member; }, row.member);
}

}  // namespace

std::vector<std::string> keep_until_restart(std::span<const Row> rows, const Settings& running, Settings& loaded) {
  std::vector<std::string> sentences;
  for (const Row& row : rows) {
    if (!row.at_start_only || format_value(row, running) == format_value(row, loaded)) continue;
    std::string text = std::string("[").append(row.section).append("] ").append(row.key);
    text.append(" changes only when limpet is started again");
    if (!row.secret) {
      text.append(": until then it stays ").append(shown(format_value(row, running)));
      text.append(", then it becomes ").append(shown(format_value(row, loaded)));
    }
    sentences.push_back(text.append("."));
    copy_value(row, running, loaded);
  }
  return sentences;
}

}  // namespace config

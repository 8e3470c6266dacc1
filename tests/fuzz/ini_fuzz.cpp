// SPDX-License-Identifier: MIT
// A whole configuration file: whatever it holds, every message is one line of plain text, and only what the table takes
// gets in.
#include <stdint.h>
#include <stdlib.h>

#include "config/loader.h"
#include "config/row_value.h"
#include "config/table.h"
#include "config/text.h"
#include "lib/ini.h"

namespace {

// Every file is there and holds its own name; every second time zone is known.
class AnyMachine final : public config::Machine {
 public:
  base::Result<void> read_value_file(std::string_view path, config::ValueFile& file) override {
    file = {std::string(path), true};
    return {};
  }
  base::Result<void> check_value(config::Check, std::string_view value) override {
    if (value.size() % 2 == 0) return {};
    return std::unexpected(base::Error("wrong"));
  }
};

class ToLoader final : public lib::IniHandler {
 public:
  explicit ToLoader(config::Loader& loader) : loader_(loader) {}
  void on_section(unsigned line, std::string_view name) override { loader_.on_section(in_order(line), name); }
  void on_entry(unsigned line, std::string_view key, std::string_view value) override {
    loader_.on_entry(in_order(line), key, value);
  }
  void on_mistake(unsigned line, std::string_view text, lib::IniMistake mistake) override {
    loader_.on_mistake(in_order(line), text, lib::describe(mistake));
  }

 private:
  unsigned in_order(unsigned line) {
    if (line == 0 || line < last_) abort();
    return last_ = line;
  }

  config::Loader& loader_;
  unsigned last_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  AnyMachine machine;
  config::Loader loader(config::table(), machine);
  loader.begin_source({config::Source::Kind::kFile, "a.ini", true});
  ToLoader handler(loader);
  lib::parse_ini({reinterpret_cast<const char*>(data), size}, handler);
  const config::Loaded loaded = loader.finish();
  for (const config::Message& message : loaded.messages) {
    if (message.text.empty() || !config::is_plain_text(message.text)) abort();
  }
  config::Settings again;
  for (const config::Row& row : loaded.rows) {
    if (config::set_value(row, config::format_value(row, loaded.settings), again) && loaded.ok()) abort();
  }
  return 0;
}

// SPDX-License-Identifier: MIT
// A whole .env file: whatever it holds, every message is one line of plain text.
#include <stdint.h>
#include <stdlib.h>

#include "config/env_file.h"
#include "config/table.h"
#include "config/text.h"

namespace {

class NoMachine final : public config::Machine {
 public:
  base::Result<void> read_value_file(std::string_view, config::ValueFile&) override {
    return std::unexpected(base::Error("cannot be read"));
  }
  base::Result<void> check_value(config::Check, std::string_view) override {
    return std::unexpected(base::Error("wrong"));
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  NoMachine machine;
  config::Loader loader(config::table(), machine);
  loader.begin_source({config::Source::Kind::kEnvFile, "b.env", true});
  config::parse_env_file({reinterpret_cast<const char*>(data), size}, loader);
  for (const config::Message& message : loader.finish().messages) {
    if (message.text.empty() || !config::is_plain_text(message.text)) abort();
  }
  return 0;
}

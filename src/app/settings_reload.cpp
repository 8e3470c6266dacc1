// SPDX-License-Identifier: MIT
#include "app/settings_reload.h"

#include "app/log_messages.h"
#include "base/log.h"
#include "config/reload.h"
#include "config/table.h"

namespace app {

std::optional<config::Settings> read_again(const SettingsInputs& inputs, const config::Settings& running,
                                           SettingsFiles& files) {
  config::Loaded loaded = load_settings(inputs, files);
  log_messages(loaded.messages);
  if (!loaded.ok()) {
    base::log::error("The configuration has mistakes and was not taken over: everything stays as it was");
    return std::nullopt;
  }
  for (const std::string& sentence : config::keep_until_restart(config::table(), running, loaded.settings)) {
    base::log::warn("%s", sentence.c_str());
  }
  return std::move(loaded.settings);
}

SettingsReload::SettingsReload(const SettingsInputs& inputs, const config::Settings& running, heal::Helper& helper,
                               OnRead on_read)
    : inputs_(inputs),
      running_(running),
      helper_(helper),
      on_read_(on_read),
      call_(helper, heal::Operation::kReadSettings, heal::HelperCall::OnReply::to<&SettingsReload::on_file>(*this)) {}

// A helper that ended, or is too busy, leaves what can be opened without it.
void SettingsReload::begin() {
  files_.clear();
  if (!helper_.present() || call_.start() != 0) read();
}

void SettingsReload::on_file(heal::HelperReply& reply) {
  if (!reply.last) return files_.add({std::string(reply.text), reply.error, std::move(reply.fd)});
  read();
  files_.clear();
}

void SettingsReload::read() {
  if (auto settings = read_again(inputs_, running_, files_)) on_read_(*settings);
}

}  // namespace app

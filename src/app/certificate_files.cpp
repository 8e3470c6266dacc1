// SPDX-License-Identifier: MIT
#include "app/certificate_files.h"

#include "app/read_text.h"
#include "base/limits.h"
#include "lib/tls_server.h"

namespace app {
namespace {

void say(config::Loaded& loaded, config::Severity severity, std::string_view key, std::string_view text) {
  if (severity == config::Severity::kError) ++loaded.errors;
  loaded.messages.push_back({severity, loaded.about("http", key).append(": ").append(text)});
}

bool read(SettingsFiles& files, config::Loaded& loaded, std::string_view key, const std::string& path, TextFile& file) {
  base::Result<TextFile> read = read_text(files, path, base::limits::kPemFile);
  if (!read) {
    say(loaded, config::Severity::kError, key, std::string("the file ").append(read.error().text()));
    return false;
  }
  file = std::move(*read);
  return true;
}

}  // namespace

void read_certificate_files(SettingsFiles& files, config::Loaded& loaded) {
  config::Settings& settings = loaded.settings;
  if (settings.http_tls_cert.empty()) return;
  TextFile chain;
  TextFile key;
  if (!read(files, loaded, "tls_cert", settings.http_tls_cert, chain)) return;
  if (!read(files, loaded, "tls_key", settings.http_tls_key, key)) return;
  if (key.readable_by_others) {
    say(loaded, config::Severity::kWarning, "tls_key",
        "every user of this box can read this key. Run: chmod o-r on it");
  }
  lib::TlsServer trial;
  if (auto opened = trial.open(chain.text, key.text); !opened) {
    const bool of_key = opened.error().text().starts_with("tls_key");
    return say(loaded, config::Severity::kError, of_key ? "tls_key" : "tls_cert", opened.error().text());
  }
  settings.http_chain_text = std::move(chain.text);
  settings.http_key_text = std::move(key.text);
}

}  // namespace app

// SPDX-License-Identifier: MIT
// The certificate that [http] shows, and its key, out of their files. Keeps nothing.
#pragma once

#include "app/settings_files.h"
#include "config/loaded.h"

namespace app {

/// Puts the texts of the files that [http] tls_cert and tls_key name into the settings. A pair that cannot be used is a
/// mistake of the configuration, told in its messages; a key that everybody on the box can read is a warning.
void read_certificate_files(SettingsFiles& files, config::Loaded& loaded);

}  // namespace app

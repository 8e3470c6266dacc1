// SPDX-License-Identifier: MIT
// Shuts the main process in before anything from outside reaches it: the system calls that it makes and no others, its
// data folder and what it reads, and nothing else. What is to be done besides is the helper's.
#pragma once

#include "app/load_settings.h"
#include "config/settings.h"

namespace app {

/// Filters the system calls, and shuts the files: nothing can be written but the data folder and where [http] socket
/// stands, and nothing be started. With a helper, which reads the configuration (`has_helper`), nothing else can be
/// read either but the system's own folders and those that the configuration names. Makes the data folder when it is
/// missing. A kernel that cannot do one of the two is told in the log, and Limpet goes on without.
void confine(const SettingsInputs& inputs, const config::Settings& settings, bool has_helper);

/// After a reload: tells in the log which of the files that the configuration names now lie where confine() shut them
/// out.
void tell_shut_out(const config::Settings& before, const config::Settings& now);

}  // namespace app

// SPDX-License-Identifier: MIT
// Parts the daemon, when it was started as root, into a helper that keeps root and this process, which becomes
// [limpet] user, and is shut in by app/confinement.h. Happens after the configuration was read, which is root's own,
// and before anything from outside is.
#pragma once

#include <sys/types.h>

#include "app/load_settings.h"
#include "base/error.h"
#include "config/settings.h"
#include "os/unique_fd.h"

namespace app {

struct PrivilegeSplit {
  os::UniqueFd helper;  // to be given to heal::Helper; none: this process was not started as root
  pid_t helper_process = -1;
};

/// Makes the data folder, if it is missing, and gives it to the user; then forks the helper and becomes the user. Says
/// in the log what this process is now. Without that account it stays root, and without root there is no helper. An
/// error when the
/// rights cannot be given up, or the user cannot reach the data folder: the daemon must not go on.
base::Result<void> split_privileges(const SettingsInputs& inputs, const config::Settings& settings,
                                    PrivilegeSplit& split);

/// For a command that looks as the daemon would: as root, this process becomes [limpet] user, if the box has that
/// account and the data folder is there already. A missing one is made with the rights that the daemon starts with.
void become_user_of(const config::Settings& settings);

}  // namespace app

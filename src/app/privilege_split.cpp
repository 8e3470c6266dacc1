// SPDX-License-Identifier: MIT
#include "app/privilege_split.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>

#include "app/data_dir.h"
#include "app/helper_source.h"
#include "base/log.h"
#include "heal/helper_relay.h"
#include "heal/helper_server.h"
#include "os/account.h"
#include "os/message_socket.h"
#include "os/privileges.h"
#include "store/data_folder.h"

namespace app {
namespace {

// Signals are for the main process; this one ends when that one does.
[[noreturn]] void be_helper(int socket, const SettingsInputs& inputs, const config::Settings& settings) {
  for (const int number : {SIGTERM, SIGINT, SIGHUP, SIGPIPE}) ::signal(number, SIG_IGN);
  struct sigaction notice {};
  notice.sa_handler = [](int) {};  // the end of a child interrupts poll(2), and nothing else
  notice.sa_flags = SA_RESTART;
  ::sigaction(SIGCHLD, &notice, nullptr);
  ::prctl(PR_SET_NAME, "limpet-helper", 0, 0, 0);
  HelperSource source(inputs, HelperSource::Files::kPass);
  source.take_over(settings);
  if (settings.helper_socket.empty()) {
    heal::HelperServer(socket, helper_settings(settings), source).run();
  } else {
    heal::HelperRelay(socket, settings.helper_socket, helper_settings(settings), source).run();
  }
  ::_exit(0);
}

base::Result<void> fork_helper(const SettingsInputs& inputs, const config::Settings& settings, PrivilegeSplit& split) {
  std::array<os::UniqueFd, 2> ends;
  if (auto made = os::make_message_pair(ends); !made) return made;
  std::fflush(nullptr);
  split.helper_process = ::fork();
  if (split.helper_process < 0) {
    return std::unexpected(base::Error::from_errno(errno, "start the helper that keeps root"));
  }
  if (split.helper_process == 0) {
    ends[0].reset();
    be_helper(ends[1].get(), inputs, settings);
  }
  split.helper = std::move(ends[0]);
  return {};
}

// A folder that cannot be made is told by the store, which tries again.
void make_data_dir(const std::string& path, const os::Account& account) {
  const gid_t group = store::read_group_id("limpet").value_or(account.gid);
  [[maybe_unused]] const auto made = store::make_data_folder(path, account.uid, group);
}

base::Result<void> check_reach(const std::string& data_dir, const os::Account& account) {
  if (::faccessat(AT_FDCWD, data_dir.c_str(), W_OK | X_OK, AT_EACCESS) == 0 || errno != EACCES) return {};
  return std::unexpected(base::Error::format("%s cannot be reached or written by the user %s. Run: chown -R %s %s",
                                             data_dir.c_str(), account.name.c_str(), account.name.c_str(),
                                             data_dir.c_str()));
}

}  // namespace

base::Result<void> split_privileges(const SettingsInputs& inputs, const config::Settings& settings,
                                    PrivilegeSplit& split) {
  if (::geteuid() != 0) {
    base::log::info("Limpet runs as the user %s, and sees and does what that user may",
                    os::account_name(::geteuid()).c_str());
    if (!settings.helper_socket.empty()) {
      base::log::warn(
          "[helper] socket = %s: it is not asked, as only root can open it. Start Limpet as root, which it "
          "does not stay",
          settings.helper_socket.c_str());
    }
    return {};
  }
  const base::Result<os::Account> account = os::find_account(settings.user);
  if (!account && account.error().code() != ENOENT) return std::unexpected(account.error());
  if (!account) {
    base::log::warn(
        "There is no account %s on this box, so Limpet stays root, with more rights than it needs. Make it "
        "with: useradd --system %s",
        settings.user.c_str(), settings.user.c_str());
    return fork_helper(inputs, settings, split);
  }
  if (account->uid == 0) {
    base::log::info("Limpet stays root, as [limpet] user = %s has it", settings.user.c_str());
    return fork_helper(inputs, settings, split);
  }
  make_data_dir(settings.data_dir, *account);
  if (auto forked = fork_helper(inputs, settings, split); !forked) return forked;
  if (auto dropped = os::drop_privileges(*account); !dropped) return dropped;
  if (auto reached = check_reach(settings.data_dir, *account); !reached) return reached;
  base::log::info("Limpet runs as the user %s; process %d keeps root, for what only root can do", account->name.c_str(),
                  static_cast<int>(split.helper_process));
  return {};
}

void become_user_of(const config::Settings& settings) {
  if (::geteuid() != 0 || ::access(settings.data_dir.c_str(), F_OK) != 0) return;
  const base::Result<os::Account> account = os::find_account(settings.user);
  if (!account || account->uid == 0) return;
  [[maybe_unused]] const auto dropped = os::drop_privileges(*account);
}

}  // namespace app

// SPDX-License-Identifier: MIT
#include "app/helper_service.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstdio>
#include <utility>

#include "app/settings_reload.h"
#include "base/log.h"
#include "heal/helper_door.h"
#include "heal/helper_server.h"

namespace app {
namespace {

constexpr std::array kSignals = {SIGTERM, SIGINT, SIGHUP, SIGCHLD};
// At the end, for the processes that serve: as long as one may wait for its first message, and a little.
constexpr base::Duration kLongestFarewell = heal::kDoorPatience + std::chrono::seconds(1);

// Else the bind(2) says what is wrong with it.
void make_folder(const std::string& socket) {
  const std::size_t slash = socket.rfind('/');
  if (slash != std::string::npos && slash > 0) ::mkdir(socket.substr(0, slash).c_str(), 0755);
}

}  // namespace

HelperService::HelperService(const SettingsInputs& inputs, config::Settings settings)
    : inputs_(inputs),
      settings_(std::move(settings)),
      source_(inputs, HelperSource::Files::kKeep),
      loop_(clock_),
      signals_(loop_, base::Callback<const event::Signal&>::to<&HelperService::on_signal>(*this)),
      watch_(loop_, "helper's socket", base::Callback<short>::to<&HelperService::on_incoming>(*this)) {}

base::Result<void> HelperService::run() {
  if (auto opened = signals_.open(kSignals); !opened) return opened;
  source_.take_over(settings_);
  make_folder(settings_.helper_socket);
  if (auto opened = listener_.open(settings_.helper_socket, net::UnixDoor::kOwner); !opened) return opened;
  if (auto watched = watch_.watch(listener_.fd(), POLLIN); !watched) return watched;
  base::log::info("Limpet's helper listens on %s, for a Limpet that has its key", settings_.helper_socket.c_str());
  loop_.run();
  watch_.cancel();
  listener_.close();
  signal_all(SIGTERM);
  wait_for_all();
  base::log::flush_repeats();
  return {};
}

void HelperService::on_signal(const event::Signal& signal) {
  if (signal.number == SIGCHLD) return bury();
  if (signal.number == SIGHUP) return reload();
  base::log::info("Limpet's helper ends: it was asked to");
  loop_.stop();
}

void HelperService::on_incoming(short /*events*/) {
  const os::UniqueFd socket(::accept4(listener_.fd(), nullptr, nullptr, SOCK_CLOEXEC));
  pid_t peer = 0;
  if (!socket || !admit_peer(socket.get(), peer)) return;
  bury();
  const auto place = std::ranges::find(connections_, 0, &Connection::server);
  if (place == connections_.end()) return count_refused(peer, "there are too many connections");
  std::fflush(nullptr);
  const pid_t self = ::getpid();
  const pid_t server = ::fork();
  if (server == 0) serve(socket.get(), peer, self);
  if (server < 0) return base::log::error("%s", base::Error::from_errno(errno, "start a helper").c_str());
  *place = {server, peer};
}

// The socket's mode says the same; but who may open every file may open this one, and need not be root.
bool HelperService::admit_peer(int socket, pid_t& peer) {
  ucred who{};
  socklen_t length = sizeof who;
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &who, &length) != 0) return false;
  peer = who.pid;
  if (who.uid == ::geteuid()) return true;
  count_refused(peer, "it is not root's");
  return false;
}

// The child; it ends with what came of admit(). What it has of the listening socket would keep the next helper from
// taking that's place; what it has of the signals' descriptor tells its own.
void HelperService::serve(int socket, pid_t peer, pid_t parent) {
  ::close(listener_.fd());
  ::prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0);
  if (::getppid() != parent) ::_exit(ECONNRESET);
  ::prctl(PR_SET_NAME, "limpet-helper", 0, 0, 0);
  heal::HelperSettings settings = helper_settings(settings_);
  source_.read(settings);
  const int admitted = heal::admit(socket, settings.key);
  if (admitted == 0) {
    base::log::info("Process %d has come to the helper with its key, and is served by process %d",
                    static_cast<int>(peer), static_cast<int>(::getpid()));
    heal::HelperServer(socket, std::move(settings), source_).run(signals_.fd());
  }
  ::_exit(admitted);
}

void HelperService::reload() {
  OwnFiles files;
  std::optional<config::Settings> settings = read_again(inputs_, settings_, files);
  if (!settings) return;
  settings_ = std::move(*settings);
  source_.take_over(settings_);
  signal_all(SIGHUP);
  base::log::info("The configuration was read again and is in force");
}

void HelperService::signal_all(int number) const {
  for (const Connection& connection : connections_) {
    if (connection.server != 0) ::kill(connection.server, number);
  }
}

void HelperService::bury() {
  for (Connection& connection : connections_) {
    int status = 0;
    if (connection.server == 0 || ::waitpid(connection.server, &status, WNOHANG) == 0) continue;
    on_end(std::exchange(connection, {}), status);
  }
}

void HelperService::on_end(const Connection& connection, int status) {
  if (!WIFEXITED(status)) {
    base::log::error("The helper's process %d was killed by signal %d", static_cast<int>(connection.server),
                     WTERMSIG(status));
    return;
  }
  switch (WEXITSTATUS(status)) {
    case 0:
      return base::log::info("Process %d serves nobody any more", static_cast<int>(connection.server));
    case EKEYREJECTED:
      return count_refused(connection.peer, "it has another key");
    case EPROTO:
      return count_refused(connection.peer, "it is no limpet, or another version of it");
    case ETIMEDOUT:
      return count_refused(connection.peer, "it said nothing");
    default:  // as when another helper is started, and looks whether this one runs
      return;
  }
}

// One that comes again and again is told at 1, 2, 4, 8 … times.
void HelperService::count_refused(pid_t peer, const char* why) {
  ++refused_;
  if (!std::has_single_bit(refused_)) return;
  base::log::warn("Process %d asked the helper and was turned away: %s (%llu since the start)", static_cast<int>(peer),
                  why, static_cast<unsigned long long>(refused_));
}

void HelperService::wait_for_all() {
  constexpr timespec kLook{.tv_sec = 0, .tv_nsec = 20'000'000};
  const base::SteadyTime end = clock_.steady_now() + kLongestFarewell;
  const auto serves = [](const Connection& connection) { return connection.server != 0; };
  while (std::ranges::any_of(connections_, serves) && clock_.steady_now() < end) {
    bury();
    ::nanosleep(&kLook, nullptr);
  }
  signal_all(SIGKILL);
}

}  // namespace app

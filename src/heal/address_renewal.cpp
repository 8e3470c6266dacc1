// SPDX-License-Identifier: MIT
#include "heal/address_renewal.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <optional>

#include "heal/command_restart.h"
#include "os/directory.h"

namespace heal {
namespace {

constexpr std::chrono::seconds kLongestClient{20};

// A client that is asked by a program: what its process is called (cut to 15 bytes, proc(5)), and that program's words
// before the interface's name.
struct Client {
  std::string_view process;
  std::string_view program;
  std::string_view words;
};
constexpr Client kClients[] = {
    {"dhcpcd", "dhcpcd", "-n"},                    // dhcpcd(8): rebind, or ask anew
    {"systemd-network", "networkctl", "renew"},    // networkctl(1); refuses an interface that is not its own
    {"NetworkManager", "nmcli", "device connect"}  // nmcli(1): activates what was there, again
};
// One that is told by a signal: busybox's udhcpc asks for a renewal.
constexpr std::string_view kSignalled = "udhcpc";

struct Running {
  std::array<bool, std::size(kClients)> clients{};
  std::optional<pid_t> signalled;
};

bool has_word(std::string_view command_line, std::string_view word) {
  while (!command_line.empty()) {
    const std::size_t end = command_line.find('\0');
    if (command_line.substr(0, end) == word) return true;
    if (end == std::string_view::npos) return false;
    command_line.remove_prefix(end + 1);
  }
  return false;
}

// What the process `pid` is, if it is one of those.
void look_at(const os::Directory& processes, pid_t pid, std::string_view interface, Running& running) {
  std::array<char, 512> text;
  base::FixedString<31> path;
  const auto comm = processes.read_head(path.appendf("%d/comm", static_cast<int>(pid)).c_str(), text);
  if (!comm) return;
  const std::string_view name = comm->substr(0, comm->find('\n'));
  for (std::size_t i = 0; i < std::size(kClients); ++i) {
    if (name == kClients[i].process) running.clients[i] = true;
  }
  if (name != kSignalled) return;
  path.clear();
  const auto line = processes.read_head(path.appendf("%d/cmdline", static_cast<int>(pid)).c_str(), text);
  if (line && has_word(*line, interface)) running.signalled = pid;
}

Running find_clients(std::string_view procfs_root, std::string_view interface) {
  Running running;
  auto processes = os::Directory::open(procfs_root, "");
  if (!processes) return running;
  for (auto name = processes->next(); name && *name; name = processes->next()) {
    pid_t pid = 0;
    const std::string_view text = **name;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), pid);
    if (failure != std::errc() || end != text.data() + text.size() || pid <= 1) continue;
    look_at(*processes, pid, interface, running);
  }
  return running;
}

// Where the usual folders have it; empty: nowhere.
base::FixedString<63> find_program(std::string_view name) {
  for (const std::string_view folder : {"/usr/sbin/", "/sbin/", "/usr/bin/", "/bin/", "/usr/local/sbin/"}) {
    base::FixedString<63> path(folder);
    path.append(name);
    if (::access(path.c_str(), X_OK) == 0) return path;
  }
  return {};
}

Outcome ask(const Client& client, std::string_view interface) {
  base::FixedString<127> words(find_program(client.program));
  Outcome outcome{.error = ENOENT};
  if (words.empty()) {
    outcome.text.append(client.process).append(" runs, but its program ").append(client.program).append(" is not here");
    return outcome;
  }
  words.append(" ").append(client.words).append(" ").append(interface);
  outcome = run_command(base::CommandWords(words), {}, kLongestClient);
  if (outcome.error != 0) outcome.text.append(" (").append(words).append(")");
  return outcome;
}

}  // namespace

Outcome renew_address(const std::string& how, std::string_view interface, std::string_view procfs_root) {
  if (how != "auto") return run_command(base::CommandWords(how), {});
  const Running running = find_clients(procfs_root, interface);
  if (running.signalled) {
    if (::kill(*running.signalled, SIGUSR1) == 0) return {};
    return {errno, ::strerror(errno)};
  }
  Outcome outcome{ENOENT, "none of dhcpcd, udhcpc, systemd-networkd and NetworkManager runs here"};
  for (std::size_t i = 0; i < std::size(kClients); ++i) {
    if (!running.clients[i]) continue;
    outcome = ask(kClients[i], interface);
    if (outcome.error == 0) break;
  }
  return outcome;
}

}  // namespace heal

// SPDX-License-Identifier: MIT
#include "heal/address_renewal.h"

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "fakes/temporary_folder.h"

namespace {

// A /proc with some processes, as far as the renewal looks at it.
struct Processes {
  fakes::TemporaryFolder folder;
  void add(int pid, const std::string& name, const std::string& command_line) {
    const std::string at = std::to_string(pid) + "/";
    folder.write(at + "comm", name + "\n");
    folder.write(at + "cmdline", command_line);
  }
  heal::Outcome renew(std::string_view interface) {
    return heal::renew_address("auto", interface, folder.path().string());
  }
};

// A child that waits for the signal which asks udhcpc for a renewal.
struct Client {
  pid_t pid = ::fork();
  Client() {
    if (pid != 0) return;
    for (;;) ::pause();
  }
  ~Client() {
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
  }
  bool was_signalled() const {  // SIGUSR1 ends who does not expect it
    int status = 0;
    return ::waitpid(pid, &status, 0) == pid && WIFSIGNALED(status) && WTERMSIG(status) == SIGUSR1;
  }
};

}  // namespace

TEST_CASE("a command that the settings name is run, whatever else is here") {
  CHECK(heal::renew_address("/bin/true", "", "/not/there").error == 0);
  CHECK(heal::renew_address("/bin/false", "eth0", "/not/there").text.view() == "the command ended with status 1");
}

TEST_CASE("the udhcpc of that very interface is told to renew") {
  using namespace std::string_literals;
  Client client;
  Client other;
  REQUIRE(client.pid > 0);
  REQUIRE(other.pid > 0);
  Processes processes;
  processes.add(other.pid, "udhcpc", "udhcpc\0-f\0-i\0eth01\0"s);
  processes.add(other.pid + 100'000, "bash", "bash\0-c\0udhcpc -i eth0\0"s);
  processes.add(client.pid, "udhcpc", "udhcpc\0-f\0-i\0eth0\0"s);
  CHECK(processes.renew("eth0").error == 0);
  CHECK(client.was_signalled());
  CHECK_MESSAGE(::waitpid(other.pid, nullptr, WNOHANG) == 0, "the other interface's is left alone");
}

TEST_CASE("where no client runs, that is said") {
  Processes processes;
  processes.add(77, "sshd", "sshd");
  processes.folder.write("self/comm", "dhcpcd\n");
  processes.folder.write("1/comm", "udhcpc\n");
  const heal::Outcome outcome = processes.renew("eth0");
  CHECK(outcome.error == ENOENT);
  CHECK(outcome.text.view() == "none of dhcpcd, udhcpc, systemd-networkd and NetworkManager runs here");
}

TEST_CASE("a client that runs and cannot be asked is named") {
  Processes processes;
  processes.add(77, "systemd-network", "systemd-networkd");
  const heal::Outcome outcome = processes.renew("not-there0");
  CHECK(outcome.error != 0);
  CHECK(outcome.text.view().contains("networkctl"));
}

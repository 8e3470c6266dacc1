// SPDX-License-Identifier: MIT
#include "heal/helper_server.h"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/log.h"
#include "heal/address_renewal.h"
#include "heal/boot_evidence.h"
#include "heal/command_restart.h"
#include "heal/interface_bounce.h"
#include "heal/process_stop.h"
#include "heal/reboot.h"
#include "heal/smartctl.h"
#include "heal/unit_restart.h"
#include "net/icmp_socket.h"
#include "net/unix_connect.h"
#include "os/close_others.h"
#include "rules/disk.h"
#include "rules/docker_request.h"
#include "rules/interface_choice.h"
#include "rules/name_list.h"
#include "rules/unit_state.h"

namespace heal {
namespace {

// All that the main process can have said to Docker: whoever may write to that socket can become root. The engine
// closes the connection after its answer, and so reads nothing that comes behind this.
base::FixedString<639> docker_text(const rules::DockerRequest& request) {
  const bool restarts = request.query == rules::DockerQuery::kRestart;
  base::FixedString<639> text(restarts ? "POST " : "GET ");
  text.append(rules::docker_target(request)).append(" HTTP/1.1\r\nHost: docker\r\nUser-Agent: limpet\r\n");
  if (restarts) text.append("Content-Length: 0\r\n");
  text.append("Connection: close\r\n\r\n");
  return text;
}

rules::DockerQuery query_of(Operation operation) {
  switch (operation) {
    case Operation::kDockerEvents:
      return rules::DockerQuery::kEvents;
    case Operation::kDockerList:
      return rules::DockerQuery::kList;
    case Operation::kDockerInspect:
      return rules::DockerQuery::kInspect;
    case Operation::kDockerRestart:
      return rules::DockerQuery::kRestart;
    default:
      return rules::DockerQuery::kVersion;
  }
}

// A connection on which `text` was sent. It fits into the buffer of a new connection: there is nothing to wait for.
int connect_and_send(const HelperSettings& settings, std::string_view text, os::UniqueFd& fd) {
  if (const int code = net::connect_unix(settings.docker_socket, settings.docker_socket_otherwise, fd)) return code;
  const ssize_t sent = ::send(fd.get(), text.data(), text.size(), MSG_NOSIGNAL);
  if (sent < 0) return ECONNRESET;  // it closed the connection as soon as it had it
  return static_cast<std::size_t>(sent) == text.size() ? 0 : EAGAIN;
}

}  // namespace

void send_settings(int socket, std::uint32_t number, SettingsSource& source, HelperSettings& settings) {
  for (const SettingsFile& file : source.read(settings)) {
    send_reply(socket, {.number = number, .error = file.error, .last = false, .text = file.path}, file.fd.get());
  }
  send_reply(socket, {.number = number, .text = {}});
}

struct HelperServer::Row {
  Operation operation;
  void (HelperServer::*answer)(const Request& request);
};

constexpr HelperServer::Row HelperServer::kTable[] = {
    {Operation::kReadSettings, &HelperServer::read_settings},
    {Operation::kIcmpSocket, &HelperServer::open_icmp},
    {Operation::kIcmp6Socket, &HelperServer::open_icmp6},
    {Operation::kDockerVersion, &HelperServer::ask_docker},
    {Operation::kDockerEvents, &HelperServer::ask_docker},
    {Operation::kDockerList, &HelperServer::ask_docker},
    {Operation::kDockerInspect, &HelperServer::ask_docker},
    {Operation::kDockerRestart, &HelperServer::restart_container},
    {Operation::kWatchdogFeed, &HelperServer::feed_watchdog},
    {Operation::kWatchdogStop, &HelperServer::stop_watchdog},
    {Operation::kBootEvidence, &HelperServer::tell_boot_evidence},
    {Operation::kSmartctl, &HelperServer::ask_disk},
    {Operation::kUnitRestart, &HelperServer::restart_unit},
    {Operation::kProcessRestart, &HelperServer::restart_process},
    {Operation::kRenewAddress, &HelperServer::renew_address},
    {Operation::kBounceInterface, &HelperServer::bounce_interface},
    {Operation::kRestartNetwork, &HelperServer::restart_network},
    {Operation::kReboot, &HelperServer::reboot},
    {Operation::kStopProcess, &HelperServer::stop_process},
    {Operation::kCleanUp, &HelperServer::clean_up},
};

// The end of a child interrupts poll(2), or comes on `signals`.
void HelperServer::run(int signals) {
  for (;;) {
    bury_children();
    watchdog_.on_turn(clock_.steady_now());
    std::array<pollfd, 2> ready{{{signals, POLLIN, 0}, {socket_, POLLIN, 0}}};
    if (::poll(ready.data(), ready.size(), watchdog_.wait_ms(clock_.steady_now())) <= 0) continue;
    if (ready[0].revents != 0 && !on_signal(signals)) return;
    if (ready[1].revents != 0 && !serve()) return;
  }
}

// False: the main process has ended.
bool HelperServer::serve() {
  const Incoming incoming = receive_request(socket_);
  if (incoming.request) answer(*incoming.request);
  if (incoming.garbage) refuse(0, EBADRQC);
  return !incoming.ended;
}

// False: this is to end. An action that is under way has the socket too: the main process is not to wait for that.
bool HelperServer::on_signal(int signals) {
  signalfd_siginfo info{};
  if (::read(signals, &info, sizeof info) != static_cast<ssize_t>(sizeof info)) return true;
  if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGINT) {
    watchdog_.stop();
    ::shutdown(socket_, SHUT_RDWR);
    return false;
  }
  if (info.ssi_signo == SIGHUP) {
    source_.read(settings_);
    watchdog_.configure(settings_.watchdog);
  }
  return true;
}

void HelperServer::answer(const Request& request) {
  const Row* const row = std::ranges::find(kTable, request.operation, &Row::operation);
  if (row == std::ranges::end(kTable)) return refuse(request.number, EBADRQC);
  (this->*row->answer)(request);
}

void HelperServer::refuse(std::uint32_t number, int code) {
  base::log::warn("The helper that keeps root was asked for something that it does not do, and did nothing");
  reply({.number = number, .error = code, .text = {}}, -1);
}

void HelperServer::read_settings(const Request& request) {
  send_settings(socket_, request.number, source_, settings_);
  watchdog_.configure(settings_.watchdog);
}

void HelperServer::ask_docker(const Request& request) {
  const rules::DockerRequest asked{
      .query = query_of(request.operation), .api_minor = request.api_minor, .container = request.name};
  if (rules::names_container(asked.query) && !rules::is_container_name(asked.container)) {
    return refuse(request.number, EBADRQC);
  }
  os::UniqueFd fd;
  const int code = connect_and_send(settings_, docker_text(asked), fd);
  pass(request.number, code, fd);
}

// Only what the configuration allows by its very name, as the helper itself read it.
void HelperServer::restart_container(const Request& request) {
  const bool allowed = !settings_.dry_run && rules::list_names(settings_.docker_restart, request.name);
  if (!allowed) return refuse(request.number, EPERM);
  ask_docker(request);
}

void HelperServer::restart_unit(const Request& request) {
  const bool allowed = !settings_.dry_run && rules::list_names_unit(settings_.systemd_restart, request.name);
  if (!allowed) return refuse(request.number, EPERM);
  do_apart(request, [this](std::string_view unit) { return heal::restart_unit(settings_.systemd_bus, unit); });
}

void HelperServer::restart_process(const Request& request) {
  const auto found = std::ranges::find(settings_.processes, request.name.view(), &ProcessCommand::name);
  if (settings_.dry_run || found == settings_.processes.end()) return refuse(request.number, EPERM);
  do_apart(request,
           [&found](std::string_view) { return run_command(base::CommandWords(found->command), found->user); });
}

// The interface is no more than a word for the client that is asked.
void HelperServer::renew_address(const Request& request) {
  const bool named = settings_.network_renew != "auto" || rules::is_interface_name(request.name);
  if (settings_.dry_run || settings_.network_renew.empty() || !named) return refuse(request.number, EPERM);
  do_apart(request,
           [this](std::string_view interface) { return heal::renew_address(settings_.network_renew, interface); });
}

void HelperServer::bounce_interface(const Request& request) {
  const bool allowed = !settings_.dry_run && settings_.network_bounce && rules::is_interface_name(request.name);
  if (!allowed) return refuse(request.number, EPERM);
  do_apart(request, [this](std::string_view interface) {
    return heal::bounce_interface(interface, settings_.network_bounce_default);
  });
}

void HelperServer::restart_network(const Request& request) {
  const std::string& service = settings_.network_service;
  if (settings_.dry_run || service.empty()) return refuse(request.number, EPERM);
  const auto process = std::ranges::find(settings_.processes, service, &ProcessCommand::name);
  do_apart(request, [&](std::string_view) {
    if (process != settings_.processes.end()) return run_command(base::CommandWords(process->command), process->user);
    return heal::restart_unit(settings_.systemd_bus, service + (service.ends_with(".service") ? "" : ".service"));
  });
}

void HelperServer::reboot(const Request& request) {
  if (settings_.dry_run || !settings_.reboot) return refuse(request.number, EPERM);
  do_apart(request, [](std::string_view) { return reboot_box(); });
}

// Whether it may be stopped is looked at where nothing can come between that and the stop.
void HelperServer::stop_process(const Request& request) {
  const auto process = parse_process_id(request.name);
  if (settings_.dry_run || settings_.kill.empty() || !process) return refuse(request.number, EPERM);
  ucred main{};
  socklen_t length = sizeof main;
  ::getsockopt(socket_, SOL_SOCKET, SO_PEERCRED, &main, &length);
  const rules::StopPolicy policy{
      .kill = settings_.kill, .protect = settings_.protect, .own = {main.pid, ::getpid(), ::getppid()}};
  do_apart(request, [&](std::string_view) { return heal::stop_process("/proc", *process, policy); });
}

void HelperServer::clean_up(const Request& request) {
  if (settings_.dry_run || settings_.cleanup.empty()) return refuse(request.number, EPERM);
  do_apart(request, [this](auto) { return run_command(base::CommandWords(settings_.cleanup), {}, kLongestCleanup); });
}

// By a child, which has no more to do after that: this one goes on serving. The child has nothing open that is not its
// own: while it had the watchdog, that could not be stopped.
template <class Action>
void HelperServer::do_apart(const Request& request, Action action) {
  bury_children();
  const auto place = std::ranges::find(children_, 0);
  if (place == children_.end()) return pass(request.number, EBUSY, {});
  const pid_t child = ::fork();
  if (child < 0) return pass(request.number, errno, {});
  if (child > 0) {
    *place = child;
    return;
  }
  ::signal(SIGCHLD, SIG_DFL);
  os::close_others(socket_, STDERR_FILENO + 1);
  const Outcome outcome = action(request.name.view());
  reply({.number = request.number, .error = outcome.error, .text = outcome.text}, -1);
  ::_exit(0);
}

void HelperServer::bury_children() {
  for (pid_t& child : children_) {
    if (child != 0 && ::waitpid(child, nullptr, WNOHANG) != 0) child = 0;
  }
}

void HelperServer::open_icmp(const Request& request) {
  os::UniqueFd fd;
  const int code = net::open_raw_icmp(AF_INET, fd);
  pass(request.number, code, fd);
}

void HelperServer::open_icmp6(const Request& request) {
  os::UniqueFd fd;
  const int code = net::open_raw_icmp(AF_INET6, fd);
  pass(request.number, code, fd);
}

void HelperServer::feed_watchdog(const Request& request) {
  reply({.number = request.number, .error = watchdog_.on_proof(clock_.steady_now()), .text = {}}, -1);
}

void HelperServer::stop_watchdog(const Request& request) {
  watchdog_.stop();
  reply({.number = request.number, .text = {}}, -1);
}

void HelperServer::tell_boot_evidence(const Request& request) {
  const auto text = format_boot_evidence(find_boot_evidence(watchdog_.device(), settings_.crash_records));
  reply({.number = request.number, .text = text}, -1);
}

void HelperServer::ask_disk(const Request& request) {
  if (!rules::is_disk_name(request.name)) return refuse(request.number, EBADRQC);
  os::UniqueFd answer;
  const int code = settings_.smartctl.empty() ? ENOENT : start_smartctl(settings_.smartctl, request.name, answer);
  pass(request.number, code, answer);
}

void HelperServer::pass(std::uint32_t number, int code, const os::UniqueFd& fd) {
  reply({.number = number, .error = code, .text = {}}, code == 0 ? fd.get() : -1);
}

}  // namespace heal

// SPDX-License-Identifier: MIT
#include "heal/helper_server.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <string>
#include <thread>

#include "fakes/captured_output.h"
#include "fakes/helper_answer.h"
#include "fakes/message_pair.h"
#include "fakes/script_server.h"
#include "fakes/temporary_folder.h"
#include "heal/process_stop.h"
#include "os/message_socket.h"
#include "os/process_stat.h"
#include "os/read_file.h"

namespace {

class OneFile final : public heal::SettingsSource {
 public:
  explicit OneFile(const std::string& path) : path_(path) {}

  std::vector<heal::SettingsFile> read(heal::HelperSettings& settings) override {
    settings.docker_socket = docker_socket;
    settings.docker_restart = docker_restart;
    settings.dry_run = dry_run;
    settings.systemd_bus = "unix:path=/not/there";
    settings.systemd_restart = systemd_restart;
    settings.processes = processes;
    settings.network_renew = network.network_renew;
    settings.network_service = network.network_service;
    settings.network_bounce = network.network_bounce;
    settings.network_bounce_default = network.network_bounce_default;
    settings.reboot = network.reboot;
    settings.cleanup = cleanup;
    settings.kill = kill;
    settings.protect = protect;
    std::vector<heal::SettingsFile> files;
    files.push_back({path_, 0, os::UniqueFd(::open(path_.c_str(), O_RDONLY | O_CLOEXEC))});
    files.push_back({"/not/there", ENOENT, {}});
    return files;
  }

  std::string docker_socket;
  std::string docker_restart;
  bool dry_run = false;
  std::string systemd_restart;
  std::vector<heal::ProcessCommand> processes;
  std::string cleanup;
  std::string kill;
  std::string protect;
  heal::HelperSettings network;  // its part of the network

 private:
  std::string path_;
};

using Answer = fakes::HelperAnswer;

// A helper in a thread of the test, with root's rights where the test has them.
struct Fixture {
  fakes::TemporaryFolder folder;
  std::string docker = folder.path() / "docker.sock";
  std::string smartctl = folder.write("smartctl", "#!/bin/sh\necho \"$7\"\n");
  OneFile source{folder.write("limpet.ini", "[limpet]\n")};
  std::array<os::UniqueFd, 2> ends = fakes::message_pair();
  std::array<os::UniqueFd, 2> signals = fakes::message_pair();  // in place of a signalfd
  std::thread thread{[this] {
    heal::HelperServer(ends[1].get(),
                       {.docker_socket = docker, .dry_run = false, .docker_restart = "web, db.1", .smartctl = smartctl},
                       source)
        .run(signals[1].get());
    ended = true;
  }};
  std::atomic<bool> ended = false;

  ~Fixture() {
    ends[0].reset();
    thread.join();
    CHECK(ended);
    while (::wait(nullptr) > 0) {  // for its actions
    }
  }

  void signal(int number) {
    signalfd_siginfo info{};
    info.ssi_signo = static_cast<std::uint32_t>(number);
    REQUIRE(::write(signals[0].get(), &info, sizeof info) == static_cast<ssize_t>(sizeof info));
  }
  void send(std::string_view bytes) { REQUIRE(os::send_message(ends[0].get(), bytes, -1, true) == 0); }
  void ask(std::uint32_t number, heal::Operation operation) { ask({.number = number, .operation = operation}); }
  void ask(const heal::Request& request) {
    const auto bytes = heal::format_request(request);
    send({bytes.data(), bytes.size()});
  }
  Answer receive() { return fakes::receive_answer(ends[0].get()); }
  void read_settings() {
    ask(7, heal::Operation::kReadSettings);
    while (!receive().last) {
    }
  }
  void check_refused(std::uint32_t number, int error = EBADRQC) {
    const Answer answer = receive();
    CHECK(answer.number == number);
    CHECK(answer.error == error);
    CHECK(answer.last);
    CHECK_FALSE(answer.fd);
  }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "what is no request, or stands not in the table, is refused, and the next one is served") {
  const fakes::CapturedOutput log;
  for (const std::size_t size : {1, 8, 138, 140, 4096, 100'000}) {
    CAPTURE(size);
    send(std::string(size, '\1'));
    check_refused(0);
  }
  for (const std::uint32_t operation : {0U, 99U, 100U, 0x7FFFFFFFU, 0xFFFFFFFFU}) {
    CAPTURE(operation);
    ask(77, static_cast<heal::Operation>(operation));
    check_refused(77);
  }
  ask(78, heal::Operation::kReadSettings);
  CHECK(receive().number == 78);
}

TEST_CASE_FIXTURE(Fixture, "a descriptor that comes with a request is not kept") {
  int ends_of_pipe[2];
  REQUIRE(::pipe2(ends_of_pipe, O_CLOEXEC) == 0);
  const auto bytes = heal::format_request({1, heal::Operation::kDockerList});
  REQUIRE(os::send_message(ends[0].get(), {bytes.data(), bytes.size()}, ends_of_pipe[1], true) == 0);
  receive();
  ::close(ends_of_pipe[1]);
  pollfd ended_pipe{ends_of_pipe[0], POLLIN, 0};
  CHECK(::poll(&ended_pipe, 1, 20'000) == 1);
  CHECK((ended_pipe.revents & POLLHUP) != 0);
  ::close(ends_of_pipe[0]);
}

TEST_CASE_FIXTURE(Fixture, "Docker is sent one request of five, and nothing else, and the connection is passed") {
  using enum heal::Operation;
  const std::string head = " HTTP/1.1\r\nHost: docker\r\nUser-Agent: limpet\r\n";
  const std::string close = "Connection: close\r\n\r\n";
  const struct {
    heal::Request request;
    std::string text;
  } cases[] = {
      {{.operation = kDockerVersion}, "GET /version" + head + close},
      {{.operation = kDockerList, .api_minor = 41}, "GET /v1.41/containers/json?all=1" + head + close},
      {{.operation = kDockerInspect, .api_minor = 44, .name = "db.1"},
       "GET /v1.44/containers/db.1/json" + head + close},
      {{.operation = kDockerRestart, .api_minor = 44, .name = "db.1"},
       "POST /v1.44/containers/db.1/restart" + head + "Content-Length: 0\r\n" + close},
  };
  for (const auto& test : cases) {
    CAPTURE(test.text);
    std::string seen;
    fakes::ScriptServer server(docker, [&](fakes::Peer& peer) {
      seen = peer.read_request();
      peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]");
    });
    ask(test.request);
    const Answer answer = receive();
    CHECK(answer.error == 0);
    REQUIRE(answer.fd);
    CHECK((::fcntl(answer.fd.get(), F_GETFL) & O_NONBLOCK) != 0);
    pollfd ready{answer.fd.get(), POLLIN, 0};
    REQUIRE(::poll(&ready, 1, 20'000) == 1);
    char text[100];
    CHECK(::recv(answer.fd.get(), text, sizeof text, 0) > 0);
    CHECK(seen == test.text);
    std::filesystem::remove(docker);
  }
}

TEST_CASE_FIXTURE(Fixture, "the events are asked for with a filter") {
  std::string seen;
  std::atomic<bool> asked = false;
  fakes::ScriptServer server(docker, [&](fakes::Peer& peer) {
    seen = peer.read_request();
    asked = true;
  });
  ask({.operation = heal::Operation::kDockerEvents, .api_minor = 41});
  CHECK(receive().error == 0);
  while (!asked) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  CHECK(seen.starts_with("GET /v1.41/events?filters=%7B%22type%22%3A%5B%22container%22%5D"));
}

TEST_CASE_FIXTURE(Fixture, "what is no container's name goes nowhere, and what may not be restarted is not") {
  const fakes::CapturedOutput log;
  std::atomic<int> connections = 0;
  fakes::ScriptServer server(docker, [&](fakes::Peer& peer) {
    ++connections;
    peer.read_request();
  });
  for (const char* name : {"", "../../x", "web/restart?", "web HTTP/1.1\r\nX: y", "a b", "-web", "\xFF"}) {
    CAPTURE(name);
    ask({.number = 5, .operation = heal::Operation::kDockerInspect, .name = name});
    check_refused(5);
  }
  for (const char* name : {"", "we", "web2", "*", "db_1", "web,", "web, db.1", "0123456789ab"}) {
    CAPTURE(name);
    ask({.number = 6, .operation = heal::Operation::kDockerRestart, .name = name});
    check_refused(6, EPERM);
  }
  CHECK(connections == 0);
  // Another list is in force as soon as the helper has read it itself.
  source.docker_socket = docker;
  source.docker_restart = "web2";
  read_settings();
  ask({.number = 8, .operation = heal::Operation::kDockerRestart, .name = "web"});
  check_refused(8, EPERM);
  ask({.number = 9, .operation = heal::Operation::kDockerRestart, .name = "web2"});
  CHECK(receive().error == 0);
}

TEST_CASE_FIXTURE(Fixture, "a pattern on the list allows nothing") {
  const fakes::CapturedOutput log;
  source.docker_restart = "*, web*";
  read_settings();
  for (const char* name : {"web", "web1", "*", "web*"}) {
    ask({.number = 6, .operation = heal::Operation::kDockerRestart, .name = name});
    check_refused(6, EPERM);
  }
}

TEST_CASE_FIXTURE(Fixture, "only services and processes that the settings name are restarted") {
  const fakes::CapturedOutput log;
  source.systemd_restart = "ssh, nginx.service, web@*, *";
  source.processes = {{"app", "/bin/true", ""}, {"bad", "/bin/false", ""}};
  read_settings();
  for (const char* name : {"", "ssh", "nginx", "sshd.service", "web@1.service", "*", "*.service", "ssh, nginx.service",
                           "ssh.socket", "/etc/systemd/system/ssh.service", "SSH.service", "app"}) {
    CAPTURE(name);
    ask({.number = 1, .operation = heal::Operation::kUnitRestart, .name = name});
    check_refused(1, EPERM);
  }
  for (const char* name : {"", "ap", "app2", "app ", "/bin/true", "ssh.service"}) {
    CAPTURE(name);
    ask({.number = 2, .operation = heal::Operation::kProcessRestart, .name = name});
    check_refused(2, EPERM);
  }
  for (const char* name : {"ssh.service", "nginx.service"}) {
    CAPTURE(name);
    ask({.number = 3, .operation = heal::Operation::kUnitRestart, .name = name});
    const Answer answer = receive();
    CHECK_MESSAGE(answer.error == ENOENT, "it is asked for, at a bus that is not there");
    CHECK_FALSE(answer.text.empty());
  }
  ask({.number = 4, .operation = heal::Operation::kProcessRestart, .name = "app"});
  CHECK(receive().error == 0);
  ask({.number = 5, .operation = heal::Operation::kProcessRestart, .name = "bad"});
  const Answer answer = receive();
  CHECK(answer.error == EIO);
  CHECK(answer.text == "the command ended with status 1");
}

TEST_CASE_FIXTURE(Fixture, "in a dry run nothing is restarted, whoever asks") {
  const fakes::CapturedOutput log;
  source.docker_socket = docker;
  source.docker_restart = "web";
  source.systemd_restart = "ssh";
  source.processes = {{"app", "/bin/true", ""}};
  source.network = {.network_renew = "/bin/true",
                    .network_service = "app",
                    .network_bounce = true,
                    .network_bounce_default = true,
                    .reboot = true};
  source.cleanup = "/bin/true";
  source.kill = "*";
  source.dry_run = true;
  read_settings();
  using enum heal::Operation;
  for (const heal::Request& request :
       {heal::Request{1, kDockerRestart, 41, "web"}, heal::Request{1, kUnitRestart, 0, "ssh.service"},
        heal::Request{1, kProcessRestart, 0, "app"}, heal::Request{1, kRenewAddress, 0, "eth0"},
        heal::Request{1, kBounceInterface, 0, "eth0"}, heal::Request{1, kRestartNetwork}, heal::Request{1, kReboot},
        heal::Request{1, kStopProcess, 0, "4711 5"}, heal::Request{1, kCleanUp}}) {
    ask(request);
    check_refused(1, EPERM);
  }
}

TEST_CASE_FIXTURE(Fixture, "nothing is done about the network but what the settings name, each by itself") {
  const fakes::CapturedOutput log;
  using enum heal::Operation;
  read_settings();
  for (const auto operation : {kRenewAddress, kBounceInterface, kRestartNetwork, kReboot}) {
    ask({.number = 1, .operation = operation, .name = "eth0"});
    check_refused(1, EPERM);
  }
  source.network = {.network_renew = "auto", .network_bounce = true};
  read_settings();
  for (const char* name : {"", "eth0 up", "eth/0", "..", "-s", "0123456789abcdef", "eth0;id", "\"", "eth0\n"}) {
    CAPTURE(name);
    for (const auto operation : {kRenewAddress, kBounceInterface}) {
      ask({.number = 2, .operation = operation, .name = name});
      check_refused(2, EPERM);
    }
  }
  for (const char* name : {"lo", "docker0", "veth1a2b3c4"}) {
    CAPTURE(name);
    ask({.number = 3, .operation = kBounceInterface, .name = name});
    CHECK(receive().text == "it is no interface that Limpet takes down");
  }
  // One line each: the command, a process of that name, a service of systemd.
  source.network = {.network_renew = "/bin/false", .network_service = "wifi"};
  source.processes = {{"wifi", "/bin/sh -c \"exit 3\"", ""}};
  read_settings();
  ask({.number = 4, .operation = kRenewAddress});
  CHECK(receive().text == "the command ended with status 1");
  ask({.number = 5, .operation = kRestartNetwork, .name = "ssh.service"});
  CHECK_MESSAGE(receive().text == "the command ended with status 3", "the name that came with it is nothing");
  source.network.network_service = "networking";
  read_settings();
  ask({.number = 6, .operation = kRestartNetwork});
  CHECK_MESSAGE(receive().error == ENOENT, "it is asked for, at a bus that is not there");
}

TEST_CASE_FIXTURE(Fixture, "nothing is cleaned up but by the command of the settings, whatever the request says") {
  const fakes::CapturedOutput log;
  const auto ask_for = [this](std::string_view name) {
    ask({.number = 1, .operation = heal::Operation::kCleanUp, .name = name});
    return receive();
  };
  read_settings();
  CHECK(ask_for("").error == EPERM);
  CHECK(ask_for("/bin/true").error == EPERM);
  const std::string done = folder.file("a;touch b");
  source.cleanup = "/bin/touch \"" + done + "\"";
  read_settings();
  CHECK(ask_for("/bin/false").error == 0);
  CHECK_MESSAGE(std::filesystem::exists(done), "it ran, and no shell");
  source.cleanup = "/bin/false";
  read_settings();
  CHECK(ask_for("").text == "the command ended with status 1");
}

TEST_CASE_FIXTURE(Fixture, "no process is stopped but one that the settings name, and that was there for a minute") {
  const fakes::CapturedOutput log;
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    for (;;) ::pause();
  }
  std::array<char, os::kProcessStatWhole> room;
  const auto id_of = [&room](pid_t pid) {
    const auto usage = os::read_parsed("/proc", "/" + std::to_string(pid) + "/stat", room, os::parse_process_usage);
    REQUIRE(usage);
    return heal::format_process_id({pid, usage->started_ticks});
  };
  const auto ask_for = [this](std::string_view name) {
    ask({.number = 1, .operation = heal::Operation::kStopProcess, .name = name});
    return receive().error;
  };
  read_settings();
  CHECK_MESSAGE(ask_for(id_of(child)) == EPERM, "no process is named");
  source.kill = "*";
  read_settings();
  for (const char* name : {"", "heal_tests", "1", "1 ", "-1 5", "0x1 1", "1 1 1", "4294967297 1"}) {
    CAPTURE(name);
    CHECK(ask_for(name) == EPERM);
  }
  CHECK_MESSAGE(ask_for(id_of(child)) == EPERM, "it is too young");
  CHECK_MESSAGE(ask_for(id_of(1)) == EPERM, "the first process");
  CHECK_MESSAGE(ask_for(id_of(::getpid())) == EPERM, "the main process");
  CHECK_MESSAGE(ask_for(std::to_string(child) + " 1") == ECANCELED, "another process had that number");
  source.protect = "*";
  read_settings();
  CHECK(ask_for(id_of(child)) == EPERM);
  CHECK_MESSAGE(::waitpid(child, nullptr, WNOHANG) == 0, "it runs");
  ::kill(child, SIGKILL);
  CHECK(::waitpid(child, nullptr, 0) == child);
}

TEST_CASE_FIXTURE(Fixture, "an action that takes its time keeps nobody waiting, and there are never many") {
  const std::string end = folder.file("end");
  source.processes = {{"slow", "/bin/sh -c \"until test -e " + end + "; do sleep 0.02; done\"", ""}};
  read_settings();
  const std::size_t most = heal::HelperServer::kMostChildren;
  for (std::uint32_t number = 1; number <= most + 1; ++number) {
    ask({.number = number, .operation = heal::Operation::kProcessRestart, .name = "slow"});
  }
  const Answer refused = receive();
  CHECK(refused.number == most + 1);
  CHECK(refused.error == EBUSY);
  read_settings();
  folder.write("end", "");
  for (std::size_t i = 0; i < most; ++i) CHECK(receive().error == 0);
  Answer again;
  for (int i = 0; i < 1000 && again.error != 0; ++i) {  // until they are buried
    ask({.number = 9, .operation = heal::Operation::kProcessRestart, .name = "slow"});
    again = receive();
  }
  CHECK(again.error == 0);
}

TEST_CASE_FIXTURE(Fixture, "what does an action has nothing open that is the helper's, such as the watchdog") {
  const std::string begun = folder.file("begun");
  const std::string end = folder.file("end");
  source.processes = {
      {"slow", "/bin/sh -c \"echo >" + begun + "; until test -e " + end + "; do sleep 0.02; done\"", ""}};
  read_settings();
  int ends_of_pipe[2];
  REQUIRE(::pipe2(ends_of_pipe, O_CLOEXEC) == 0);
  ask({.number = 1, .operation = heal::Operation::kProcessRestart, .name = "slow"});
  while (!std::filesystem::exists(begun)) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  ::close(ends_of_pipe[1]);
  pollfd ended_pipe{ends_of_pipe[0], POLLIN, 0};
  CHECK(::poll(&ended_pipe, 1, 0) == 1);
  CHECK((ended_pipe.revents & POLLHUP) != 0);
  ::close(ends_of_pipe[0]);
  folder.write("end", "");
  CHECK(receive().error == 0);
}

TEST_CASE_FIXTURE(Fixture, "a Docker that is not there is told by its errno") {
  ask(4, heal::Operation::kDockerList);
  const Answer answer = receive();
  CHECK(answer.error == ENOENT);
  CHECK_FALSE(answer.fd);
}

TEST_CASE_FIXTURE(Fixture,
                  "each file of the settings is passed, open or with its errno, and what was read is in force") {
  fakes::ScriptServer server(folder.path() / "other.sock", [](fakes::Peer& peer) { peer.read_request(); });
  source.docker_socket = folder.path() / "other.sock";
  ask(9, heal::Operation::kReadSettings);
  const Answer first = receive();
  CHECK(first.text == folder.file("limpet.ini"));
  CHECK(first.error == 0);
  CHECK_FALSE(first.last);
  REQUIRE(first.fd);
  CHECK((::fcntl(first.fd.get(), F_GETFL) & O_ACCMODE) == O_RDONLY);
  const Answer second = receive();
  CHECK(second.text == "/not/there");
  CHECK(second.error == ENOENT);
  const Answer last = receive();
  CHECK(last.last);
  CHECK(last.error == 0);
  ask(10, heal::Operation::kDockerList);
  CHECK(receive().error == 0);
}

TEST_CASE_FIXTURE(Fixture, "root gets raw sockets that hear echo replies only; anybody else the reason why not") {
  for (const auto operation : {heal::Operation::kIcmpSocket, heal::Operation::kIcmp6Socket}) {
    ask(1, operation);
    const Answer answer = receive();
    CHECK((answer.error == 0) == static_cast<bool>(answer.fd));
    if (!answer.fd) continue;
    int type = 0;
    socklen_t length = sizeof type;
    CHECK(::getsockopt(answer.fd.get(), SOL_SOCKET, SO_TYPE, &type, &length) == 0);
    CHECK(type == SOCK_RAW);
  }
}

TEST_CASE_FIXTURE(Fixture, "smartctl is run about a disk, and about nothing else") {
  const fakes::CapturedOutput log;
  using enum heal::Operation;
  for (const char* const name :
       {"", "sda1", "/dev/sda", "../sda", "-Hsda", "sda;id", "sda -d test", "sda\n", "md0", "vda"}) {
    CAPTURE(name);
    ask({.number = 5, .operation = kSmartctl, .name = name});
    check_refused(5);
  }
  ask({.number = 6, .operation = kSmartctl, .name = "sda"});
  check_refused(6, EACCES);  // no program yet
  REQUIRE(::chmod(smartctl.c_str(), 0755) == 0);
  ask({.number = 7, .operation = kSmartctl, .name = "sda"});
  const Answer answer = receive();
  CHECK(answer.error == 0);
  REQUIRE(answer.fd);
  std::string said;
  for (char c = 0; said != "/dev/sda\n";) {
    pollfd ready{answer.fd.get(), POLLIN, 0};
    REQUIRE(::poll(&ready, 1, 20'000) == 1);
    REQUIRE(::read(answer.fd.get(), &c, 1) == 1);
    said += c;
  }
}

TEST_CASE_FIXTURE(Fixture, "SIGHUP has the settings read again, and the end of a child changes nothing") {
  fakes::ScriptServer server(folder.path() / "other.sock", [](fakes::Peer& peer) { peer.read_request(); });
  source.docker_socket = folder.path() / "other.sock";
  signal(SIGCHLD);
  signal(SIGHUP);
  Answer answer;
  for (std::uint32_t number = 1; number < 1000 && answer.error != 0; ++number) {  // a signal is no message: no order
    ask(number, heal::Operation::kDockerList);
    answer = receive();
  }
  CHECK(answer.error == 0);
}

TEST_CASE_FIXTURE(Fixture, "SIGTERM ends it, also for an action's child, which has the socket too") {
  source.processes = {{"slow", "/bin/sh -c \"until test -e " + folder.file("end") + "; do sleep 0.02; done\"", ""}};
  read_settings();
  ask({.number = 1, .operation = heal::Operation::kProcessRestart, .name = "slow"});
  read_settings();  // it is under way
  signal(SIGTERM);
  pollfd ready{ends[0].get(), POLLIN, 0};
  REQUIRE(::poll(&ready, 1, 10'000) == 1);
  char byte = 0;
  CHECK(::recv(ends[0].get(), &byte, 1, 0) == 0);
  folder.write("end", "");
}

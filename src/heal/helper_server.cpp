// SPDX-License-Identifier: MIT
#include "heal/helper_server.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "base/log.h"
#include "net/icmp_socket.h"
#include "net/unix_connect.h"
#include "os/message_socket.h"

namespace heal {
namespace {

// All that the main process can have said to Docker: whoever may write to that socket can become root. The engine
// closes the connection after its answer, and so reads nothing that comes behind this.
constexpr std::string_view kDockerList =
    "GET /containers/json HTTP/1.1\r\nHost: docker\r\nUser-Agent: limpet\r\nConnection: close\r\n\r\n";

// A connection on which `text` was sent. It fits into the buffer of a new connection: there is nothing to wait for.
int connect_and_send(const std::string& path, std::string_view text, os::UniqueFd& fd) {
  if (const int code = net::connect_unix(path, fd)) return code;
  const ssize_t sent = ::send(fd.get(), text.data(), text.size(), MSG_NOSIGNAL);
  if (sent < 0) return ECONNRESET;  // it closed the connection as soon as it had it
  return static_cast<std::size_t>(sent) == text.size() ? 0 : EAGAIN;
}

}  // namespace

struct HelperServer::Row {
  Operation operation;
  void (HelperServer::*answer)(std::uint32_t number);
};

constexpr HelperServer::Row HelperServer::kTable[] = {
    {Operation::kReadSettings, &HelperServer::read_settings},
    {Operation::kDockerList, &HelperServer::list_containers},
    {Operation::kIcmpSocket, &HelperServer::open_icmp},
    {Operation::kIcmp6Socket, &HelperServer::open_icmp6},
};

// recv(2) without room for descriptors: those that somebody passes here are closed by the kernel.
void HelperServer::run() {
  for (;;) {
    char bytes[kRequestBytes];
    const ssize_t got = ::recv(socket_, bytes, sizeof bytes, MSG_TRUNC);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return;
    const auto size = static_cast<std::size_t>(got);
    const auto request = size > sizeof bytes ? std::nullopt : parse_request({bytes, size});
    if (request) {
      answer(*request);
    } else {
      refuse(0);
    }
  }
}

void HelperServer::answer(const Request& request) {
  const Row* const row = std::ranges::find(kTable, request.operation, &Row::operation);
  if (row == std::ranges::end(kTable)) return refuse(request.number);
  (this->*row->answer)(request.number);
}

void HelperServer::refuse(std::uint32_t number) {
  base::log::warn("The helper that keeps root was asked for something that it does not do, and did nothing");
  reply({.number = number, .error = EBADRQC, .text = {}}, -1);
}

void HelperServer::read_settings(std::uint32_t number) {
  for (const SettingsFile& file : source_.read(settings_)) {
    reply({.number = number, .error = file.error, .last = false, .text = file.path}, file.fd.get());
  }
  reply({.number = number, .text = {}}, -1);
}

void HelperServer::list_containers(std::uint32_t number) {
  os::UniqueFd fd;
  const int code = connect_and_send(settings_.docker_socket, kDockerList, fd);
  pass(number, code, fd);
}

void HelperServer::open_icmp(std::uint32_t number) {
  os::UniqueFd fd;
  const int code = net::open_raw_icmp(AF_INET, fd);
  pass(number, code, fd);
}

void HelperServer::open_icmp6(std::uint32_t number) {
  os::UniqueFd fd;
  const int code = net::open_raw_icmp(AF_INET6, fd);
  pass(number, code, fd);
}

void HelperServer::pass(std::uint32_t number, int code, const os::UniqueFd& fd) {
  reply({.number = number, .error = code, .text = {}}, code == 0 ? fd.get() : -1);
}

// One that is not taken means that the main process has ended, which run() sees next.
void HelperServer::reply(const Reply& reply, int passed) {
  std::array<char, kReplyBytes> room;
  os::send_message(socket_, format_reply(reply, room), passed, true);
}

}  // namespace heal

// SPDX-License-Identifier: MIT
// A main process that somebody took over, or whoever opened the socket of a helper that runs apart, against the helper:
// messages of any length and content. Each begins with a byte of its length; the first byte of all says whether there
// is a door. Whatever they are, the helper answers each one and ends with the socket, and nobody gets past the door
// without the key.
#include <sys/socket.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdlib>

#include "base/log.h"
#include "heal/helper_door.h"
#include "heal/helper_server.h"
#include "os/message_socket.h"

namespace {

constexpr std::string_view kKey = "k";  // short enough to be found

class NoFiles final : public heal::SettingsSource {
 public:
  std::vector<heal::SettingsFile> read(heal::HelperSettings& settings) override {
    settings.docker_socket.clear();
    return {};
  }
};

heal::HelperSettings some_settings() {
  return {.dry_run = false,
          .systemd_bus = "unix:path=/not/there",
          .systemd_restart = "ssh",
          .processes = {{"app", "/bin/true", ""}},
          .kill = "nobody-is-called-so"};
}

// How many were sent, and whether the first one is what opens the door.
struct Sent {
  int count = 0;
  bool has_key = false;
};

Sent send_all(int socket, std::string_view rest) {
  constexpr int kMost = 32;  // fewer than wait unread in a socket
  Sent sent;
  while (!rest.empty() && sent.count < kMost) {
    const std::size_t wanted = static_cast<unsigned char>(rest[0]);
    rest.remove_prefix(1);
    const std::size_t length = std::min(std::max<std::size_t>(wanted, 1), rest.size());
    if (length == 0) break;
    const std::string_view message = rest.substr(0, length);
    if (os::send_message(socket, message, -1, false) != 0) std::abort();
    const auto hello = heal::format_hello(kKey);
    // Behind the NUL that ends the key there may be anything.
    constexpr std::size_t kUpToNul = 4 + kKey.size() + 1;
    if (sent.count == 0 && length == hello.size()) {
      sent.has_key = message.substr(0, kUpToNul) == std::string_view(hello.data(), kUpToNul);
    }
    ++sent.count;
    rest.remove_prefix(length);
  }
  ::shutdown(socket, SHUT_WR);
  return sent;
}

int count_answers(int socket) {
  int answered = 0;
  std::array<char, heal::kReplyBytes> room;
  for (;;) {
    os::UniqueFd passed;
    const auto message = os::receive_message(socket, room, passed);
    if (!message || *message == 0) return answered;
    const auto reply = heal::parse_reply({room.data(), *message});
    if (!reply || (reply->error != 0 && passed)) std::abort();
    answered += reply->last ? 1 : 0;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  base::log::configure(base::log::Level::kError, base::log::Target::kStderr);
  std::array<os::UniqueFd, 2> ends;
  if (!os::make_message_pair(ends)) return 0;
  const bool has_door = (data[0] & 1U) != 0;
  const Sent sent = send_all(ends[0].get(), {reinterpret_cast<const char*>(data) + 1, size - 1});
  const int admitted = has_door ? heal::admit(ends[1].get(), kKey) : 0;
  if (has_door && (admitted == 0) != sent.has_key) std::abort();
  NoFiles source;
  if (admitted == 0) heal::HelperServer(ends[1].get(), some_settings(), source).run();
  // Actions answer themselves. The fuzzer's own timer interrupts the wait for them.
  while (::wait(nullptr) > 0 || errno == EINTR) {
  }
  const int expected = admitted == 0 ? sent.count : std::min(sent.count, 1);
  ::shutdown(ends[1].get(), SHUT_RDWR);
  if (count_answers(ends[0].get()) != expected) std::abort();
  return 0;
}

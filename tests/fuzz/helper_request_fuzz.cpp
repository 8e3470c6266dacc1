// SPDX-License-Identifier: MIT
// A main process that somebody took over, against the helper: messages of any length and content. Each begins with a
// byte of its length. Whatever they are, the helper answers each one and ends with the socket.
#include <sys/socket.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdlib>

#include "base/log.h"
#include "heal/helper_server.h"
#include "os/message_socket.h"

namespace {

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
          .processes = {{"app", "/bin/true", ""}}};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr int kMost = 32;  // fewer than wait unread in a socket
  base::log::configure(base::log::Level::kError, base::log::Target::kStderr);
  std::array<os::UniqueFd, 2> ends;
  if (!os::make_message_pair(ends)) return 0;
  int sent = 0;
  for (std::string_view rest(reinterpret_cast<const char*>(data), size); !rest.empty() && sent < kMost; ++sent) {
    const std::size_t wanted = static_cast<unsigned char>(rest[0]);
    rest.remove_prefix(1);
    const std::size_t length = std::min(std::max<std::size_t>(wanted, 1), rest.size());
    if (length == 0) break;
    if (os::send_message(ends[0].get(), rest.substr(0, length), -1, false) != 0) std::abort();
    rest.remove_prefix(length);
  }
  ::shutdown(ends[0].get(), SHUT_WR);
  NoFiles source;
  heal::HelperServer(ends[1].get(), some_settings(), source).run();
  // Actions answer themselves. The fuzzer's own timer interrupts the wait for them.
  while (::wait(nullptr) > 0 || errno == EINTR) {
  }
  int answered = 0;
  std::array<char, heal::kReplyBytes> room;
  for (;;) {
    os::UniqueFd passed;
    const auto message = os::receive_message(ends[0].get(), room, passed);
    if (!message || *message == 0) break;
    const auto reply = heal::parse_reply({room.data(), *message});
    if (!reply || (reply->error != 0 && passed)) std::abort();
    answered += reply->last ? 1 : 0;
  }
  if (answered != sent) std::abort();
  return 0;
}

// SPDX-License-Identifier: MIT
#include "app/first_look.h"

#include "base/human.h"
#include "base/log.h"

namespace app {
namespace {

int width(std::string_view text) { return static_cast<int>(text.size()); }

void tell_docker(const FirstLook& look) {
  if (look.containers < 0) {
    base::log::info("Docker: no (%.*s)", width(look.docker_problem), look.docker_problem.data());
    return;
  }
  base::log::info("Docker: yes, %d container%s running (%.*s)", look.containers, look.containers == 1 ? "" : "s",
                  width(look.docker_socket), look.docker_socket.data());
}

void tell_systemd(const FirstLook& look) {
  if (look.systemd_bus.empty()) {
    base::log::info("systemd: not asked ([systemd] bus is empty)");
  } else if (look.systemd_answers) {
    base::log::info("systemd: yes, %u service%s watched", look.services, look.services == 1 ? " is" : "s are");
  } else if (!look.systemd_known) {
    base::log::info("systemd: it has not answered yet");
  } else {
    base::log::info("systemd: no (%.*s)", width(look.systemd_problem), look.systemd_problem.data());
  }
}

void tell_internet(const FirstLook& look) {
  if (look.probe.empty()) {
    base::log::info("Internet: not looked at ([heartbeat] probe is empty)");
  } else if (look.internet.ok) {
    base::log::info("Internet: yes, %.*s answers in %.0f ms", width(look.probe), look.probe.data(),
                    static_cast<double>(look.internet.ping_ms.value_or(0)));
  } else {
    base::log::info("Internet: no, %.*s: %s", width(look.probe), look.probe.data(), look.internet.reason.c_str());
  }
}

void tell_data(const FirstLook& look) {
  if (!look.store_problem.empty()) {
    base::log::info("Data: in memory only, %.*s", width(look.store_problem), look.store_problem.data());
    return;
  }
  const auto flush = base::format_duration(look.flush_interval);
  base::log::info("Data: %.*s (the first rows at once, then every %s)", width(look.database_path),
                  look.database_path.data(), flush.c_str());
}

}  // namespace

void tell(const FirstLook& look) {
  const auto interval = base::format_duration(look.interval);
  base::log::info("Limpet watches %.*s: every %s on the clock it looks at CPU, memory, disk, network and temperature",
                  width(look.host_name), look.host_name.data(), interval.c_str());
  tell_docker(look);
  tell_systemd(look);
  tell_internet(look);
  tell_data(look);
  base::log::info("Try: %.*s", width(look.status_command), look.status_command.data());
  base::log::info("  or: sqlite3 %.*s \"SELECT * FROM metrics ORDER BY timestamp_lima DESC LIMIT 20;\"",
                  width(look.database_path), look.database_path.data());
}

}  // namespace app

// SPDX-License-Identifier: MIT
// What the daemon says on the terminal when it begins: what it does, what it found on this box, where the data is and
// what to try next. Told once, after the first look at the box.
#pragma once

#include <chrono>
#include <string_view>

#include "collect/internet_probe.h"

namespace app {

struct FirstLook {
  std::string_view host_name;
  std::chrono::seconds interval{};
  std::string_view docker_socket;
  std::int32_t containers = -1;     // that run; -1: Docker does not answer
  std::string_view docker_problem;  // why not
  std::string_view systemd_bus;     // empty: systemd is not asked
  bool systemd_known = false;       // whether it answers
  bool systemd_answers = false;
  std::uint32_t services = 0;        // that are watched, of those that systemd has
  std::string_view systemd_problem;  // why it does not answer
  std::string_view probe;            // empty: none is configured
  collect::ProbeResult internet;
  std::string_view database_path;
  std::string_view store_problem;  // empty: none
  std::chrono::seconds flush_interval{};
  std::string_view status_command;
};

/// Logs it, a few lines for a person.
void tell(const FirstLook& look);

}  // namespace app

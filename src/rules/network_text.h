// SPDX-License-Identifier: MIT
// What people read of the way into the internet. Pure.
#pragma once

#include <string_view>

#include "base/text_writer.h"
#include "rules/network_watch.h"

namespace rules {

/// "The gateway 192.168.1.1 does not answer": what is wrong with `layer` in that state, without a full stop. `target`
/// is the one that `target_name` names; both count when the network is only degraded.
void write_network_problem(const NetworkWatch& watch, NetworkWatch::State state, NetworkLayer layer, std::size_t target,
                           std::string_view target_name, base::TextWriter& out);

}  // namespace rules

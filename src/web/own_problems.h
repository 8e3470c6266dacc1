// SPDX-License-Identifier: MIT
// What is wrong with Limpet itself and with what it needs: its database, the internet, the Worker, the MQTT broker.
// Pure.
#pragma once

#include "web/problems.h"

namespace web {

/// `network_tells`: of the network is told already, and why it fails.
void visit_own_problems(const StatusInput& status, bool network_tells, ProblemVisitor& visitor);

}  // namespace web

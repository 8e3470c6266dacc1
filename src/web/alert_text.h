// SPDX-License-Identifier: MIT
// An alert in one line, as lists show it. Pure.
#pragma once

#include "base/fixed_string.h"
#include "store/alert_log.h"

namespace web {

/// "🔴 Service Stopped: stardust-redis"; the title alone when the subject is in it.
inline base::FixedString<300> alert_message(const store::AlertLogRow& row) {
  base::FixedString<300> message(row.title);
  if (!row.subject.empty() && !row.title.contains(row.subject)) message.append(": ").append(row.subject);
  return message;
}

}  // namespace web

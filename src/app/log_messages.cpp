// SPDX-License-Identifier: MIT
#include "app/log_messages.h"

#include "base/log.h"

namespace app {

void log_messages(std::span<const config::Message> messages) {
  for (const config::Message& message : messages) {
    switch (message.severity) {
      case config::Severity::kError:
        base::log::error("%s", message.text.c_str());
        break;
      case config::Severity::kWarning:
        base::log::warn("%s", message.text.c_str());
        break;
      case config::Severity::kNote:
        base::log::info("%s", message.text.c_str());
        break;
    }
  }
}

}  // namespace app

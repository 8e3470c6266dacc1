// SPDX-License-Identifier: MIT
#include "cli/messages.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

namespace cli {
namespace {

const char* prefix(config::Severity severity) {
  switch (severity) {
    case config::Severity::kError:
      return "error";
    case config::Severity::kWarning:
      return "warning";
    case config::Severity::kNote:
      return "note";
  }
  return "";
}

}  // namespace

void print_messages(const config::Loaded& loaded) {
  for (const config::Message& message : loaded.messages) {
    ::fprintf(stderr, "%s: %s\n", prefix(message.severity), message.text.c_str());
  }
}

bool finish_output() {
  if (::fflush(stdout) == 0 && ::ferror(stdout) == 0) return true;
  ::fprintf(stderr, "limpet: not everything could be written: %s\n", ::strerror(errno));
  return false;
}

}  // namespace cli

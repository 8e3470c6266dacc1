// SPDX-License-Identifier: MIT
#include "os/host_name.h"

#include <limits.h>
#include <unistd.h>

namespace os {

std::string host_name() {
  char name[HOST_NAME_MAX + 1] = {};
  if (::gethostname(name, sizeof name - 1) != 0) return "this box";
  return name;
}

}  // namespace os

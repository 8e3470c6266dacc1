// SPDX-License-Identifier: MIT
// What the kernel calls this box: gethostname(2).
#pragma once

#include <string>

namespace os {

std::string host_name();

}  // namespace os

// SPDX-License-Identifier: MIT
#include "os/local_time.h"

#include <time.h>

namespace os {

LocalTimeText local_time(base::WallTime time) {
  const std::time_t seconds = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
  std::tm local{};
  ::localtime_r(&seconds, &local);
  LocalTimeText text;
  text.appendf("%04d-%02d-%02d %02d:%02d:%02d", local.tm_year + 1900, local.tm_mon + 1, local.tm_mday, local.tm_hour,
               local.tm_min, local.tm_sec);
  return text;
}

}  // namespace os

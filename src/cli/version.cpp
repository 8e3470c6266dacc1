// SPDX-License-Identifier: MIT
#include "base/version.h"

#include <cstdio>
#include <string_view>

#include "cli/command.h"
#include "cli/exit_status.h"
#include "cli/messages.h"
#include "lib/dns.h"
#include "lib/http_parser.h"
#include "lib/json.h"
#include "lib/mqtt.h"
#include "lib/sqlite.h"
#include "lib/tls.h"

namespace cli {
namespace {

void print(const char* library, std::string_view version) {
  std::printf("%s %.*s\n", library, static_cast<int>(version.size()), version.data());
}

}  // namespace

int version(Arguments) {
  std::printf("limpet %s\n", base::kVersion);
  print("SQLite", lib::sqlite_version());
  print("mbedTLS", lib::tls_version());
  print("c-ares", lib::Dns::version());
  print("libmosquitto", lib::mqtt_version());
  print("llhttp", lib::HttpParser::version());
  print("cJSON", lib::json_version());
  print("inih", base::kInihVersion);
  print("musl", base::kMuslVersion);
  return finish_output() ? kDone : kFailed;
}

}  // namespace cli

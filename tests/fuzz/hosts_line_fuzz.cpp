// SPDX-License-Identifier: MIT
// One line of /etc/hosts, with the first bytes up to a NUL as the name that is looked for.
#include <cstdlib>
#include <string_view>

#include "net/hosts_file.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::size_t end = bytes.find('\0');
  if (end == std::string_view::npos) return 0;
  const std::string_view name = bytes.substr(0, end);
  const auto address = net::parse_hosts_line(bytes.substr(end + 1), name);
  net::is_localhost(name);
  if (address && base::IpAddress::parse(address->text()) != address) std::abort();
  return 0;
}

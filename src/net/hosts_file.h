// SPDX-License-Identifier: MIT
// The names that the box knows without asking: /etc/hosts, hosts(5). Read anew each time, in small pieces: a list of
// blocked names of many megabytes costs neither memory nor a stall.
#pragma once

#include <string_view>

#include "base/error.h"
#include "base/ip_address.h"
#include "net/address_list.h"

namespace net {

/// Lines longer than this are skipped, and what stands after the first kHostsFileBytes is not read.
inline constexpr std::size_t kHostsLine = 1024;
inline constexpr std::size_t kHostsFileBytes = std::size_t{256} * 1024;

/// The address of one line ("192.0.2.7  box box.lan  # comment") when the line names `name`, in any case of letters.
std::optional<base::IpAddress> parse_hosts_line(std::string_view line, std::string_view name);

/// All addresses of `name`, IPv6 and IPv4 by turns. Empty when the file does not name it or cannot be read.
AddressList read_hosts(const char* path, std::string_view name);

/// "localhost" and names below it are this box whatever files and servers say. RFC 6761 section 6.3.
bool is_localhost(std::string_view name);

}  // namespace net

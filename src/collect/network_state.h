// SPDX-License-Identifier: MIT
// The lower layers of the network as the kernel's tables show them, from procfs and sysfs: nothing is sent, and nothing
// waits. Remembers which interface the default route went through, so that it is the one looked at when that is gone.
#pragma once

#include <span>
#include <string>

#include "rules/network_watch.h"

namespace collect {

class NetworkState {
 public:
  void configure(const std::string& procfs_root, const std::string& sysfs_root) {
    procfs_root_ = procfs_root;
    sysfs_root_ = sysfs_root;
    interface_.clear();
  }
  /// `text` is scratch: what is longer is cut, default routes come first.
  rules::NetworkPath read(std::span<char> text);

 private:
  void read_routes(std::span<char> text, rules::NetworkPath& path);
  bool has_route(std::span<char> text) const;
  bool is_neighbour(std::span<char> text, const base::IpAddress& address) const;
  rules::LayerState read_link(std::span<char> text) const;
  void find_port(std::span<char> text);

  std::string procfs_root_ = "/proc";
  std::string sysfs_root_ = "/sys";
  rules::InterfaceName interface_;
};

}  // namespace collect

// SPDX-License-Identifier: MIT
// A box for config::Loader: files and time zones out of a list, http:// and tcp:// for right probes, 10.… for networks.
#pragma once

#include <errno.h>

#include <algorithm>
#include <string>
#include <vector>

#include "config/machine.h"

namespace fakes {

class FakeMachine final : public config::Machine {
 public:
  struct File {
    std::string path;
    config::ValueFile content;
  };

  std::vector<File> files;
  std::vector<std::string> timezones = {"<-05>5"};

  base::Result<void> read_value_file(std::string_view path, config::ValueFile& file) override {
    const auto found = std::ranges::find(files, path, &File::path);
    if (found == files.end()) return std::unexpected(base::Error::from_errno(ENOENT, "cannot be read"));
    file = found->content;
    return {};
  }

  base::Result<void> check_value(config::Check check, std::string_view value) override {
    if (check == config::Check::kAccount && value == "limpet") return {};
    if (check == config::Check::kNetworks && value.starts_with("10.")) return {};
    const bool known = check == config::Check::kTimezone ? std::ranges::find(timezones, value) != timezones.end()
                                                         : value.starts_with("http://") || value.starts_with("tcp://");
    if (known) return {};
    return std::unexpected(base::Error("nobody knows this"));
  }
};

}  // namespace fakes

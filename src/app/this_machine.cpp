// SPDX-License-Identifier: MIT
#include "app/this_machine.h"

#include "app/read_text.h"
#include "base/limits.h"
#include "config/table.h"
#include "os/account.h"
#include "os/timezone.h"
#include "rules/ip_network.h"
#include "rules/url.h"

namespace app {
namespace {

base::Result<void> check_networks(std::string_view text) {
  if (rules::parse_networks(text)) return {};
  return std::unexpected(
      base::Error("expected networks such as 192.168.0.0/16, separated by commas, with no bit set "
                  "behind the length"));
}

// The account of the default need not be there: written down, it means what the default does.
base::Result<void> check_account(const std::string& name) {
  const config::Row* const row = config::find_row(config::table(), "limpet", "user");
  if (name == row->default_text || os::find_account(name)) return {};
  return std::unexpected(base::Error("there is no account of this name on this box. Make it with useradd --system"));
}

}  // namespace

base::Result<void> ThisMachine::read_value_file(std::string_view path, config::ValueFile& file) {
  base::Result<TextFile> read = read_text(files_, std::string(path), base::limits::kConfigLine);
  if (!read) return std::unexpected(read.error());
  file = {std::move(read->text), read->readable_by_others};
  return {};
}

base::Result<void> ThisMachine::check_value(config::Check check, std::string_view value) {
  if (check == config::Check::kTimezone) return os::check_timezone(value);
  if (check == config::Check::kNetworks) return check_networks(value);
  if (check == config::Check::kAccount) return check_account(std::string(value));
  const base::Result<rules::Url> url =
      check == config::Check::kProbe ? rules::parse_probe_url(value) : rules::parse_web_url(value);
  if (url) return {};
  return std::unexpected(url.error());
}

}  // namespace app

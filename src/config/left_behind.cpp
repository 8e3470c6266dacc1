// SPDX-License-Identifier: MIT
#include "config/left_behind.h"

#include <algorithm>
#include <span>

namespace config {
namespace {

struct Group {
  std::span<const std::string_view> names;
  std::string_view why;
};

constexpr std::string_view kDatabase[] = {"DATABASE_URL",     "DATABASE_URL_INTERNAL", "DB_HOST", "DB_NAME",
                                          "DB_PASS",          "DB_PASSWORD",           "DB_PORT", "DB_USER",
                                          "SMARTMON_INIT_PG", "SMARTMONITOR_DB_PATH"};
constexpr std::string_view kContainers[] = {"GUI_IMAGE",       "ORCH_IMAGE",    "HOST_IP",
                                            "HOST_PORT",       "HTTP_PORT",     "HTTPS_PORT",
                                            "NGINX_SITE_CONF", "APP_META_HOST", "GUNICORN_CONFIG"};
constexpr std::string_view kFiles[] = {"APPROVED_JSON_HOST", "SMARTMON_APPROVED_JSON", "CONCH_MONITOR_CONFIG",
                                       "CONCH_SECRETS_FILE", "SECRETS_FILE"};
constexpr std::string_view kBus[] = {"SERVICE_STATUS_MODE", "SERVICE_STATUS_CMD", "SERVICE_STATUS_DEBUG",
                                     "SYSTEMCTL_FORCE_BUS"};
constexpr std::string_view kTunnel[] = {"CF_TUNNEL_TOKEN"};
constexpr std::string_view kSudo[] = {"SMARTCTL_USE_SUDO"};
constexpr std::string_view kMode[] = {"MODE"};
constexpr std::string_view kDebug[] = {"DEBUG"};
constexpr std::string_view kSessions[] = {"SMARTMON_SECRET_KEY"};
constexpr std::string_view kCooldown[] = {"SMARTMON_RESTART_COOLDOWN_MIN"};

constexpr Group kGroups[] = {
    {kDatabase, "left out, as Limpet has its own database, in [limpet] data_dir"},
    {kContainers, "left out, as Limpet is one program with its own dashboard and needs nothing in front of it"},
    {kFiles, "that file itself can be read by limpet migrate"},
    {kBus, "left out, as systemd is asked over its bus, [systemd] bus"},
    {kTunnel, "left out, as a tunnel stays a program of its own: let it lead to [http] listen"},
    {kSudo, "left out, as Limpet's helper has root's rights when Limpet was started by root"},
    {kMode, "left out, as the daemon does all of it"},
    {kDebug, "left out; log_level = debug says more"},
    {kCooldown, "left out, as [heal] waits the longer the less its attempts helped"},
    {kSessions, "left out, as logging in needs the API key only"},
};

}  // namespace

std::string_view why_left_behind(std::string_view name) {
  for (const Group& group : kGroups) {
    if (std::ranges::find(group.names, name) != group.names.end()) return group.why;
  }
  return {};
}

}  // namespace config

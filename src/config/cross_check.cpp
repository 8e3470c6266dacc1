// SPDX-License-Identifier: MIT
#include "config/cross_check.h"

namespace config {
namespace {

constexpr std::size_t kLongestSocketPath = 107;  // sun_path without its NUL, unix(7)

}  // namespace

std::vector<Conflict> find_conflicts(const Settings& settings) {
  std::vector<Conflict> conflicts;
  // A cycle's row is written when its probe has ended: it must end before the next cycle begins.
  if (settings.probe_timeout >= settings.heartbeat_interval) {
    conflicts.push_back(
        {"heartbeat", "probe_timeout", "heartbeat", "interval", "probe_timeout to be shorter than interval"});
  }
  // Rows a minute are made of raw ones that go: kept for less time than those, they would be gone at once.
  if (settings.keep_minutes < settings.keep_raw) {
    conflicts.push_back({"store", "keep_minutes", "store", "keep_raw", "keep_minutes not to be shorter than keep_raw"});
  }
  if (settings.http_socket.size() > kLongestSocketPath) {
    conflicts.push_back(
        {"limpet", "data_dir", "http", "socket",
         "a socket's path of at most 107 characters: a shorter data_dir, or a [http] socket of its own"});
  }
  return conflicts;
}

void derive(Settings& settings) {
  if (settings.http_socket.empty()) settings.http_socket = settings.data_dir + "/limpet.sock";
}

}  // namespace config

// SPDX-License-Identifier: MIT
#include "rules/unit_state.h"

#include <doctest/doctest.h>

#include <string>

TEST_CASE("a unit and its path, both ways") {
  const struct {
    const char* unit;
    const char* path;
  } cases[] = {
      {"ssh.service", "/org/freedesktop/systemd1/unit/ssh_2eservice"},
      {"steady.service", "/org/freedesktop/systemd1/unit/steady_2eservice"},
      {"getty@tty1.service", "/org/freedesktop/systemd1/unit/getty_40tty1_2eservice"},
      {"7days_x.service", "/org/freedesktop/systemd1/unit/_37days_5fx_2eservice"},
      {"wpa-é.service", "/org/freedesktop/systemd1/unit/wpa_2d_c3_a9_2eservice"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.unit);
    CHECK(rules::path_of_unit(c.unit).view() == c.path);
    CHECK(rules::unit_of_path(c.path).view() == c.unit);
  }
}

TEST_CASE("paths that are no unit's") {
  const std::string begin = "/org/freedesktop/systemd1/unit/";
  for (const std::string& path : {std::string("/org/freedesktop/systemd1"), begin + "a_2", begin + "a_zz",
                                  begin + "a/b", begin + "_00", begin + std::string(300, 'a'), begin}) {
    CAPTURE(path);
    CHECK(rules::unit_of_path(path).empty());
  }
}

TEST_CASE("which units are services") {
  CHECK(rules::is_service_name("ssh.service"));
  CHECK(rules::is_service_name("getty@tty1.service"));
  CHECK_FALSE(rules::is_service_name("getty@.service"));
  CHECK_FALSE(rules::is_service_name(".service"));
  CHECK_FALSE(rules::is_service_name("ssh.socket"));
}

TEST_CASE("systemd's words") {
  const struct {
    const char* active;
    const char* state;
  } cases[] = {
      {"active", "running"},   {"activating", "running"}, {"deactivating", "running"}, {"reloading", "running"},
      {"inactive", "stopped"}, {"failed", "failed"},      {"maintenance", "unknown"},  {"", "unknown"}};
  for (const auto& c : cases) {
    CAPTURE(c.active);
    CHECK(rules::service_state_name(rules::service_state(rules::parse_unit_active(c.active))) == c.state);
  }
  for (const char* sub : {"stop", "stop-sigterm", "stop-sigkill", "stop-post", "deactivating-sigterm"}) {
    CHECK(rules::is_being_stopped(sub));
  }
  for (const char* sub : {"running", "dead", "failed", "auto-restart", "stop-watchdog"}) {
    CHECK_FALSE(rules::is_being_stopped(sub));
  }
}

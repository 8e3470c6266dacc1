// SPDX-License-Identifier: MIT
#include "os/mountinfo.h"

#include <doctest/doctest.h>

#include <string>

TEST_CASE("a line of mountinfo") {
  const auto root = os::parse_mount_line("29 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw,errors=remount-ro");
  REQUIRE(root);
  CHECK(root->device == "8:1");
  CHECK(root->root == "/");
  CHECK(root->point.view() == "/");
  CHECK(root->options == "rw,relatime");
  CHECK(root->type == "ext4");
  CHECK(root->source == "/dev/sda1");
  CHECK(root->super_options == "rw,errors=remount-ro");

  const auto plain = os::parse_mount_line("40 29 0:31 /@home /home rw - btrfs /dev/mmcblk0p2 rw");
  REQUIRE(plain);
  CHECK(plain->root == "/@home");
  CHECK(plain->type == "btrfs");

  const auto many = os::parse_mount_line("41 29 0:5 / /x rw shared:1 master:2 propagate_from:3 - tmpfs tmpfs rw");
  REQUIRE(many);
  CHECK(many->type == "tmpfs");
}

TEST_CASE("a place with blanks and other signs in its name") {
  const auto mount = os::parse_mount_line("40 29 8:17 / /media/a\\040b\\011c\\134d\\012e rw - vfat /dev/sdb1 rw");
  REQUIRE(mount);
  CHECK(mount->point.view() == "/media/a b\tc\\d\ne");
  const auto odd = os::parse_mount_line("40 29 8:17 / /a\\04 rw - vfat /dev/sdb1 rw");
  REQUIRE(odd);
  CHECK(odd->point.view() == "/a\\04");
  const auto zero = os::parse_mount_line("40 29 8:17 / /a\\000b\\777 rw - vfat /dev/sdb1 rw");
  REQUIRE(zero);
  CHECK(zero->point.view() == "/a\\000b\\777");
}

TEST_CASE("damaged lines are nothing") {
  const std::string endless = "40 29 8:1 / /" + std::string(5000, 'x') + " rw - ext4 /dev/sda1 rw";
  const std::string_view lines[] = {"",
                                    "29",
                                    "29 1 8:1 / /",
                                    "29 1 8:1 / / rw,relatime shared:1 ext4 /dev/sda1 rw",
                                    "29 1 8:1 / / rw -",
                                    "x 1 8:1 / / rw - ext4 /dev/sda1 rw",
                                    "29 1 8:1 / relative rw - ext4 /dev/sda1 rw",
                                    endless};
  for (const std::string_view line : lines) {
    CAPTURE(std::string(line.substr(0, 60)));
    CHECK_FALSE(os::parse_mount_line(line).has_value());
  }
}

TEST_CASE("an option is a whole one") {
  CHECK(os::has_option("ro", "ro"));
  CHECK(os::has_option("noatime,ro", "ro"));
  CHECK(os::has_option("ro,noatime", "ro"));
  CHECK_FALSE(os::has_option("rw,errors=remount-ro", "ro"));
  CHECK_FALSE(os::has_option("rw,prot", "ro"));
  CHECK_FALSE(os::has_option("", "ro"));
}

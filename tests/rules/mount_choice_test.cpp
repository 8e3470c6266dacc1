// SPDX-License-Identifier: MIT
#include "rules/mount_choice.h"

#include <doctest/doctest.h>

TEST_CASE("what can fill up") {
  struct Case {
    const char* reason;
    rules::MountFacts mount;
    bool wanted;
  };
  const Case cases[] = {
      {"the root on a card", {"/", "/", "ext4", "/dev/mmcblk0p2"}, true},
      {"the root of a container", {"/", "/", "overlay", "overlay"}, true},
      {"a root that is read-only", {"/", "/", "ext4", "/dev/root", true}, true},
      {"a root that is an image", {"/", "/", "squashfs", "/dev/mmcblk0p2", true}, false},
      {"a second partition", {"/boot/firmware", "/", "vfat", "/dev/mmcblk0p1"}, true},
      {"a stick of Windows", {"/media/usb", "/", "fuseblk", "/dev/sdb1"}, true},
      {"a subvolume", {"/home", "/@home", "btrfs", "/dev/sda2"}, true},
      {"a pool", {"/tank", "/", "zfs", "tank"}, true},
      {"raw flash", {"/data", "/", "ubifs", "ubi0:data"}, true},
      {"a file that Docker puts into a container",
       {"/etc/hosts", "/var/lib/docker/x/hosts", "ext4", "/dev/sda1"},
       false},
      {"a snap", {"/snap/core/1", "/", "squashfs", "/dev/loop3", true}, false},
      {"a disc", {"/media/cd", "/", "iso9660", "/dev/sr0"}, false},
      {"a partition that nobody writes", {"/mnt", "/", "ext4", "/dev/sdc1", true}, false},
      {"of the kernel", {"/proc", "/", "proc", "proc"}, false},
      {"of memory", {"/run", "/", "tmpfs", "tmpfs"}, false},
      {"of a container", {"/var/lib/docker/overlay2/x/merged", "/", "overlay", "overlay"}, false},
      {"of another box", {"/mnt/nas", "/", "nfs4", "nas:/export"}, false},
      {"of another box, by a name below /dev", {"/mnt/far", "/", "fuse.sshfs", "/dev/null"}, false},
      {"of the host of a virtual box", {"/mnt/host", "/", "9p", "share"}, false},
  };
  for (const Case& c : cases) {
    CAPTURE(c.reason);
    CHECK(rules::mount_wanted(c.mount) == c.wanted);
  }
}

// SPDX-License-Identifier: MIT
#include "rules/mount_choice.h"

#include <algorithm>
#include <span>

namespace rules {
namespace {

// Those whose source is no file below /dev.
constexpr std::string_view kWithoutDevice[] = {"zfs", "ubifs", "jffs2", "bcachefs"};
// Full by their nature.
constexpr std::string_view kImages[] = {"squashfs", "erofs", "iso9660", "udf", "cramfs", "romfs"};

bool is_one_of(std::string_view type, std::span<const std::string_view> types) {
  return std::ranges::find(types, type) != types.end();
}

}  // namespace

bool mount_wanted(const MountFacts& mount) {
  if (is_one_of(mount.type, kImages)) return false;
  if (mount.point == "/") return true;
  if (mount.read_only) return false;
  // Its subvolumes are folders of it.
  if (mount.root != "/" && mount.type != "btrfs") return false;
  return mount.source.starts_with("/dev/") ? !mount.type.starts_with("fuse.") : is_one_of(mount.type, kWithoutDevice);
}

}  // namespace rules

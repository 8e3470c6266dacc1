// SPDX-License-Identifier: MIT
// A file system that does not answer: FUSE without anybody who serves it, in a mount namespace of this process's own.
// Needs root; where it cannot be had, mounted() is false. Source: linux/fuse.h, fuse(4).
#pragma once

#include <fcntl.h>
#include <linux/fuse.h>
#include <sched.h>
#include <sys/mount.h>

#include <array>
#include <cstdio>
#include <cstring>
#include <thread>

#include "fakes/temporary_folder.h"
#include "os/unique_fd.h"

namespace fakes {

class HungMount {
 public:
  /// `kDeaf`: who asks can still be killed. `kSilent`: the question is taken and never answered, and then not even
  /// that.
  enum class Kind { kDeaf, kSilent };

  explicit HungMount(Kind kind) {
    if (::unshare(CLONE_NEWNS) != 0 || ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return;
    device_ = os::UniqueFd(::open("/dev/fuse", O_RDWR | O_CLOEXEC));
    if (!device_) return;
    char options[80];
    std::snprintf(options, sizeof options, "fd=%d,rootmode=40000,user_id=0,group_id=0", device_.get());
    mounted_ = ::mount("nobody", path().c_str(), "fuse.hung", 0, options) == 0;
    if (mounted_ && kind == Kind::kSilent) server_ = std::thread([this] { take_questions(); });
  }
  ~HungMount() {
    release();
    if (server_.joinable()) server_.join();
  }

  bool mounted() const { return mounted_; }
  std::string path() const { return folder_.path(); }

  /// Ends the connection: whoever waits gets an error.
  void release() {
    if (mounted_) ::umount2(path().c_str(), MNT_DETACH | MNT_FORCE);
    mounted_ = false;
    if (!server_.joinable()) device_.reset();
  }

 private:
  // Shakes hands, then takes what comes and answers nothing.
  void take_questions() {
    std::array<char, 70000> question;
    while (::read(device_.get(), question.data(), question.size()) > 0) {
      fuse_in_header in{};
      std::memcpy(&in, question.data(), sizeof in);
      if (in.opcode != FUSE_INIT) continue;
      struct {
        fuse_out_header head{};
        fuse_init_out init{};
      } answer;
      answer.head.len = sizeof answer;
      answer.head.unique = in.unique;
      answer.init.major = FUSE_KERNEL_VERSION;
      answer.init.minor = FUSE_KERNEL_MINOR_VERSION;
      answer.init.max_write = 4096;
      [[maybe_unused]] const auto sent = ::write(device_.get(), &answer, sizeof answer);
    }
  }

  TemporaryFolder folder_;
  os::UniqueFd device_;
  std::thread server_;
  bool mounted_ = false;
};

}  // namespace fakes

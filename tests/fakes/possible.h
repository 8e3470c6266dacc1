// SPDX-License-Identifier: MIT
// A test that cannot be run everywhere: without root, or in an emulator that leaves out part of the kernel.
#pragma once

#include <doctest/doctest.h>

#include <string>

namespace fakes {

/// `there`; if it is not, says that the test case is skipped, and why: `make test-cross` shows it.
inline bool possible(bool there, const std::string& why) {
  if (!there) MESSAGE("skipped: ", why);
  return there;
}

}  // namespace fakes

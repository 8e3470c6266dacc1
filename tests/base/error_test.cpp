// SPDX-License-Identifier: MIT
#include "base/error.h"

#include <doctest/doctest.h>

#include <string>

TEST_CASE("an error names what was tried, on what, and the system's reason") {
  const base::Error error = base::Error::from_errno(ENOENT, "read", "/proc/stat");
  CHECK(error.text() == "read /proc/stat: No such file or directory");
  CHECK(error.code() == ENOENT);
}

TEST_CASE("a text longer than an error holds is cut, not overrun") {
  const base::Error error(std::string(5000, 'x'));
  CHECK(error.text().size() == base::Error::kMaxText);
  const base::Error formatted = base::Error::format("%s", std::string(5000, 'y').c_str());
  CHECK(formatted.text().size() == base::Error::kMaxText);
}

// SPDX-License-Identifier: MIT
// What came of an action. A plain value.
#pragma once

#include "base/fixed_string.h"

namespace heal {

struct Outcome {
  /// errno(3); 0: it was done; ECANCELED: somebody else did something to the target meanwhile.
  int error = 0;
  base::FixedString<191> text{};  // why it was not, for a person
};

}  // namespace heal

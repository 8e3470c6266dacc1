// SPDX-License-Identifier: MIT
// A sample as the Worker is sent it: a JSON object whose keys are the columns of the table `metrics`, as far as they
// are known before the Worker has answered. Pure.
#pragma once

#include "base/text_writer.h"
#include "rules/sample.h"

namespace rules {

/// What is absent is null. Percentages with one digit after the point, the rest with two, as the table has them.
void write_sample_json(const Sample& sample, base::TextWriter& out);

}  // namespace rules

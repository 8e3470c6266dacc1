// SPDX-License-Identifier: MIT
// A sample as the API shows it: {"time":…,"cpu_percent":…,…}, absent values null. Pure.
#pragma once

#include "base/json_writer.h"
#include "rules/sample.h"

namespace web {

void append_sample(base::JsonWriter& json, const rules::Sample& sample);

}  // namespace web

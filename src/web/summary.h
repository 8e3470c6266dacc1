// SPDX-License-Identifier: MIT
// The answer to "is my box all right?": one sentence, its parts, and what is wrong, worst first, with what Limpet does
// about each. Pure.
#pragma once

#include "base/text_writer.h"
#include "web/view.h"

namespace web {

/// Problems that are sent; the rest are counted.
inline constexpr std::size_t kProblemsSent = 40;

void write_summary(const View& view, base::TextWriter& out);

}  // namespace web

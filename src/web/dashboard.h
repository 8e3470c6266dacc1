// SPDX-License-Identifier: MIT
// The dashboard, as it lies in the program: the page, its style and its script, made from assets/ and uPlot by
// tools/embed_assets.
#pragma once

#include "web/asset.h"

namespace web {

const Asset& dashboard_page();
const Asset& dashboard_style();
const Asset& dashboard_script();

}  // namespace web

// SPDX-License-Identifier: MIT
// What the pages know of the daemon: asked once a request, filled by app/. Never changes anything.
#pragma once

#include "web/memory_page.h"
#include "web/status_page.h"

namespace web {

class View {
 public:
  /// The texts in what these give live until the loop goes on.
  virtual StatusInput status() const = 0;
  virtual MemoryInput memory() const = 0;

 protected:
  ~View() = default;
};

}  // namespace web

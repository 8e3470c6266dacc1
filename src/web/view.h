// SPDX-License-Identifier: MIT
// What the pages know of the daemon: asked once a request, filled by app/. Never changes anything.
#pragma once

#include "web/memory_page.h"
#include "web/rows.h"
#include "web/status_page.h"

namespace web {

/// The lists, each of the monitor that fills it; one that is not there is a NoRows.
struct Lists {
  const RowSource<ContainerRow>& containers;
  const RowSource<ServiceRow>& services;
  const RowSource<CommandRow>& commands;
  const RowSource<InstanceRow>& instances;
  const RowSource<HealingRow>& healing;
};

class View {
 public:
  /// The texts in what these give live until the loop goes on.
  virtual StatusInput status() const = 0;
  virtual MemoryInput memory() const = 0;
  virtual Lists lists() const = 0;

 protected:
  ~View() = default;
};

}  // namespace web

// SPDX-License-Identifier: MIT
// The memory of libmosquitto, inside limits::kMqttHeap: without a block it ends the connection. The functions that the
// library calls for memory are defined here, which keeps its own out of the program: it has no way to be given others.
#pragma once

#include "lib/counted_heap.h"

namespace lib {

HeapUse mqtt_memory();

}  // namespace lib

// SPDX-License-Identifier: MIT
// The memory of libmosquitto: every block it asks for is counted, and over a limit (limits::kMqttHeap) it gets none; it
// then ends the connection. The functions that the library calls for memory are defined here, which keeps its own out
// of the program: it has no way to be given others.
#pragma once

#include <cstddef>
#include <cstdint>

namespace lib {

struct MqttMemory {
  std::size_t used_bytes = 0;
  std::size_t peak_bytes = 0;
  std::uint64_t refused = 0;  // blocks that were asked for and not given
};

MqttMemory mqtt_memory();

}  // namespace lib

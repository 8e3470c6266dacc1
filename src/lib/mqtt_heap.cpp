// SPDX-License-Identifier: MIT
#include "lib/mqtt_heap.h"

#include <cstring>

#include "base/limits.h"

namespace lib {
namespace {

constinit CountedHeap heap(base::limits::kMqttHeap);

}  // namespace

HeapUse mqtt_memory() { return heap.use(); }

}  // namespace lib

// libmosquitto's lib/memory_mosq.h, all of it: one left out, and the linker would take the library's.
extern "C" {

void* mosquitto__malloc(std::size_t size) { return lib::heap.allocate(size); }

void* mosquitto__calloc(std::size_t count, std::size_t size) { return lib::heap.allocate_zeroed(count, size); }

void mosquitto__free(void* block) { lib::heap.release(block); }

void* mosquitto__realloc(void* block, std::size_t size) { return lib::heap.resize(block, size); }

char* mosquitto__strdup(const char* text) {
  void* const copy = mosquitto__malloc(std::strlen(text) + 1);
  return copy != nullptr ? static_cast<char*>(std::memcpy(copy, text, std::strlen(text) + 1)) : nullptr;
}

}  // extern "C"

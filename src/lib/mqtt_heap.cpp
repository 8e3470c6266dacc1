// SPDX-License-Identifier: MIT
#include "lib/mqtt_heap.h"

#include <malloc.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "base/limits.h"

namespace lib {
namespace {

MqttMemory memory;

bool has_room_for(std::size_t bytes) {
  const bool fits = bytes <= base::limits::kMqttHeap && memory.used_bytes <= base::limits::kMqttHeap - bytes;
  if (!fits) ++memory.refused;
  return fits;
}

void* count(void* block) {
  if (block == nullptr) return nullptr;
  memory.used_bytes += ::malloc_usable_size(block);
  memory.peak_bytes = std::max(memory.peak_bytes, memory.used_bytes);
  return block;
}

}  // namespace

MqttMemory mqtt_memory() { return memory; }

}  // namespace lib

// libmosquitto's lib/memory_mosq.h, all of it: one left out, and the linker would take the library's.
extern "C" {

void* mosquitto__malloc(std::size_t size) { return lib::has_room_for(size) ? lib::count(std::malloc(size)) : nullptr; }

void* mosquitto__calloc(std::size_t count, std::size_t size) {
  std::size_t bytes = 0;
  if (__builtin_mul_overflow(count, size, &bytes) || !lib::has_room_for(bytes)) return nullptr;
  return lib::count(std::calloc(1, bytes));
}

void mosquitto__free(void* block) {
  if (block != nullptr) lib::memory.used_bytes -= ::malloc_usable_size(block);
  std::free(block);
}

void* mosquitto__realloc(void* block, std::size_t size) {
  if (!lib::has_room_for(size)) return nullptr;
  const std::size_t before = block != nullptr ? ::malloc_usable_size(block) : 0;
  void* const grown = std::realloc(block, size);
  if (grown != nullptr) lib::memory.used_bytes -= before;
  return lib::count(grown);
}

char* mosquitto__strdup(const char* text) {
  void* const copy = mosquitto__malloc(std::strlen(text) + 1);
  return copy != nullptr ? static_cast<char*>(std::memcpy(copy, text, std::strlen(text) + 1)) : nullptr;
}

}  // extern "C"

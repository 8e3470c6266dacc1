// SPDX-License-Identifier: MIT
// Begins mbedTLS, and puts objects of the wrappers over it into its memory.
#pragma once

#include <new>

#include "base/error.h"
#include "lib/tls_heap.h"

namespace lib {

/// Once for the process; whoever comes later finds it started. False: mbedTLS does not start.
bool start_mbedtls();

base::Error out_of_tls_memory();

/// nullptr: there is no memory left for it.
template <class T, class... Args>
T* make_on_tls_heap(Args&&... args) {
  void* const room = allocate_on_tls_heap(1, sizeof(T));
  return room != nullptr ? new (room) T(static_cast<Args&&>(args)...) : nullptr;
}

template <class T>
void destroy_on_tls_heap(T* object) {
  object->~T();
  free_on_tls_heap(object);
}

}  // namespace lib

// SPDX-License-Identifier: MIT
// The few large buffers that all connections share (base::limits::kHttpLargeBuffers). One is lent for as long as its
// Lease lives; when all are out there is none, and whoever wants one does without.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <utility>

#include "base/limits.h"

namespace net {

class LargeBuffers {
 public:
  class Lease {
   public:
    Lease() = default;
    Lease(Lease&& other) noexcept : owner_(std::exchange(other.owner_, nullptr)), index_(other.index_) {}
    Lease& operator=(Lease&& other) noexcept {
      if (this != &other) {
        release();
        owner_ = std::exchange(other.owner_, nullptr);
        index_ = other.index_;
      }
      return *this;
    }
    ~Lease() { release(); }

    explicit operator bool() const { return owner_ != nullptr; }
    /// Only of a lease that holds a buffer.
    std::span<char> bytes() const { return owner_->buffers_[index_]; }
    void release() {
      if (owner_ != nullptr) std::exchange(owner_, nullptr)->lent_[index_] = false;
    }

   private:
    friend class LargeBuffers;
    Lease(LargeBuffers& owner, std::size_t index) : owner_(&owner), index_(index) {}

    LargeBuffers* owner_ = nullptr;
    std::size_t index_ = 0;
  };

  // Not defaulted: a value-initialised one would be zeroed, and all its pages be touched.
  LargeBuffers() {}
  LargeBuffers(const LargeBuffers&) = delete;
  LargeBuffers& operator=(const LargeBuffers&) = delete;

  /// The first free one, so that the others' pages stay untouched while one is enough; an empty lease when none is.
  Lease lend() {
    for (std::size_t i = 0; i < lent_.size(); ++i) {
      if (!std::exchange(lent_[i], true)) return Lease(*this, i);
    }
    return {};
  }

 private:
  std::array<std::array<char, base::limits::kHttpLargeBuffer>, base::limits::kHttpLargeBuffers> buffers_;
  std::array<bool, base::limits::kHttpLargeBuffers> lent_{};
};

}  // namespace net

// SPDX-License-Identifier: MIT
// Texts of any length in one fixed piece of memory: a text for each of `Slots` numbers, which the owner gives out.
// Texts lie one behind another and are moved together when much of what they take is no longer used, so there is no
// fragmentation, and no more memory is touched than about twice what the texts need. Never allocates.
#pragma once

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace base {

template <std::size_t Bytes, std::size_t Slots>
class TextPool {
  static_assert(Slots < UINT16_MAX && Bytes < UINT32_MAX);

 public:
  /// What texts may take in all, with kOverhead for each. The rest is there so that they are not moved all the time.
  static constexpr std::size_t kRoom = Bytes - Bytes / 8;
  static constexpr std::size_t kOverhead = 4;
  static constexpr std::size_t kLongest = UINT16_MAX;

  /// Whether set() of a slot without a text would take `bytes`.
  bool fits(std::size_t bytes) const { return bytes <= kLongest && used_ + kOverhead + bytes <= kRoom; }

  /// The text of this slot from now on is `pieces`, one behind another; they are not of this pool. False when there is
  /// no room: then the slot has none.
  bool set(std::size_t slot, std::span<const std::string_view> pieces) {
    erase(slot);
    std::size_t bytes = 0;
    for (const std::string_view piece : pieces) bytes += piece.size();
    if (!fits(bytes)) return false;
    const std::size_t block = kOverhead + bytes;
    if (end_ + block > std::max(kSmall, std::min(Bytes, 2 * (used_ + block)))) move_together();
    offsets_[slot] = static_cast<std::uint32_t>(end_ + 1);
    write_head(end_, {static_cast<std::uint16_t>(slot), static_cast<std::uint16_t>(bytes)});
    char* to = memory_.data() + end_ + kOverhead;
    for (const std::string_view piece : pieces) to = std::copy(piece.begin(), piece.end(), to);
    end_ += block;
    used_ += block;
    return true;
  }

  void erase(std::size_t slot) {
    assert(slot < Slots);
    if (offsets_[slot] == kNone) return;
    const std::size_t at = offsets_[slot] - 1;
    Head head = read_head(at);
    used_ -= kOverhead + head.bytes;
    head.slot = kErased;
    write_head(at, head);
    offsets_[slot] = kNone;
  }

  /// Until the next set(); empty when there is none.
  std::string_view at(std::size_t slot) const {
    assert(slot < Slots);
    if (offsets_[slot] == kNone) return {};
    const std::size_t at = offsets_[slot] - 1;
    return {memory_.data() + at + kOverhead, read_head(at).bytes};
  }

  /// Of kRoom.
  std::size_t used_bytes() const { return used_; }

 private:
  struct Head {
    std::uint16_t slot = 0;
    std::uint16_t bytes = 0;
  };
  static_assert(sizeof(Head) == kOverhead);
  static constexpr std::uint16_t kErased = UINT16_MAX;
  static constexpr std::uint32_t kNone = 0;
  // Of a page: what is there anyway.
  static constexpr std::size_t kSmall = std::min<std::size_t>(Bytes, 4096);

  Head read_head(std::size_t at) const {
    Head head;
    std::memcpy(&head, memory_.data() + at, sizeof head);
    return head;
  }
  void write_head(std::size_t at, Head head) { std::memcpy(memory_.data() + at, &head, sizeof head); }

  void move_together() {
    std::size_t to = 0;
    for (std::size_t from = 0; from < end_;) {
      const Head head = read_head(from);
      const std::size_t block = kOverhead + head.bytes;
      if (head.slot != kErased) {
        std::memmove(memory_.data() + to, memory_.data() + from, block);
        offsets_[head.slot] = static_cast<std::uint32_t>(to + 1);
        to += block;
      }
      from += block;
    }
    end_ = to;
  }

  std::array<char, Bytes> memory_;              // not set to anything: what is not needed stays untouched
  std::array<std::uint32_t, Slots> offsets_{};  // one more than where the text's head is; kNone: it has none
  std::size_t end_ = 0;                         // behind the last text, with the erased ones before it
  std::size_t used_ = 0;
};

}  // namespace base

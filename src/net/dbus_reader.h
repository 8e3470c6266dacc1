// SPDX-License-Identifier: MIT
// The values of a D-Bus message, one after the other (D-Bus Specification, "Marshaling (Wire Format)"). Borrows the
// bytes. Never reads past them, and never gives a value that does not stand there: after the first trouble every value
// is empty, and state() says which trouble it was, so that a whole row can be read before one looks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace net {

/// How far the first complete type of a signature reaches: "a(ss)b" gives 5. 0: it begins with none.
std::size_t dbus_complete_type(std::string_view signature);
/// To a multiple of what a value of this type is aligned: 1, 2, 4 or 8. 0: there is no such type.
std::size_t dbus_alignment(char type);

class DBusReader {
 public:
  enum class State : std::uint8_t {
    kGood,
    kMore,    // a value goes on behind the bytes that are here
    kBroken,  // this is no D-Bus
  };

  /// `offset` is the place of the first byte in its message's body (or header): values are aligned by that.
  DBusReader(std::string_view bytes, std::size_t offset, bool big_endian)
      : bytes_(bytes), offset_(offset), big_endian_(big_endian) {}

  std::uint8_t byte();
  bool boolean();
  std::uint32_t uint32();
  std::uint64_t uint64();
  /// A string or an object path; without NUL inside. Lives as long as the bytes.
  std::string_view string();
  std::string_view signature();

  void align(std::size_t alignment);
  /// The beginning of an array of `element_type`s: its bytes as a reader of their own, past which this one goes on.
  DBusReader array(char element_type);
  /// Passes over the value of one complete type.
  void skip(std::string_view type);

  State state() const { return state_; }
  bool good() const { return state_ == State::kGood; }
  bool at_end() const { return used_ == bytes_.size(); }
  /// Bytes that were read or passed over.
  std::size_t used() const { return used_; }

 private:
  static constexpr unsigned kDeepest = 32;  // containers within containers; what systemd sends has three

  const char* take(std::size_t size);
  void skip_value(std::string_view type, unsigned depth);
  void skip_struct(std::string_view members, unsigned depth);
  void skip_variant(unsigned depth);
  void fail(State state);

  std::string_view bytes_;
  std::size_t offset_;
  std::size_t used_ = 0;
  bool big_endian_;
  State state_ = State::kGood;
};

}  // namespace net

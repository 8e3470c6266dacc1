// SPDX-License-Identifier: MIT
// Cuts what a D-Bus connection receives into messages, and the long ones into pieces: the reply that is one array
// ("a(ssssssouso)", all units) is given element by element as it comes in, so that memory does not depend on how many
// there are. Has one fixed buffer; what is over the limits is passed over and counted, and the connection goes on.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/limits.h"
#include "net/dbus_header.h"
#include "net/dbus_reader.h"

namespace net {

class DBusStreamHandler {
 public:
  /// The whole body of a message that is not one array; empty where there is none. Readers live during the call.
  virtual void on_dbus_body(const DBusHeader& header, DBusReader body) = 0;
  /// One element of the array that the message is.
  virtual void on_dbus_element(const DBusHeader& header, DBusReader element) = 0;
  /// All elements were given.
  virtual void on_dbus_end(const DBusHeader& header) = 0;
  /// The message, or the rest of its array, was over the limits and passed over.
  virtual void on_dbus_skipped(const DBusHeader& header) = 0;

 protected:
  ~DBusStreamHandler() = default;
};

class DBusStream {
 public:
  explicit DBusStream(DBusStreamHandler& handler) : handler_(handler) {}

  /// Begins anew, with another connection.
  void reset();
  /// Where the next bytes are to be received; never empty between two calls of received().
  std::span<char> room();
  /// `size` bytes of room() were filled: gives what is whole to the handler. False: what came is no D-Bus. The handler
  /// may call reset(): what was received is forgotten then.
  bool received(std::size_t size);

  /// Messages that were passed over.
  std::uint64_t skipped() const { return skipped_; }

 private:
  enum class State : std::uint8_t { kHeader, kBody, kArrayLength, kElements, kSkipping, kBroken };

  std::string_view waiting() const { return {buffer_.data() + begin_, end_ - begin_}; }
  bool step();
  bool read_header();
  void begin_body();
  bool give_body();
  bool begin_array();
  bool give_element();
  bool end_elements();
  bool skip();
  bool start_skipping();
  void use(std::size_t size);
  bool broken();

  DBusStreamHandler& handler_;
  std::array<char, base::limits::kDBusElement> buffer_;
  std::size_t begin_ = 0;  // of what is not used yet
  std::size_t end_ = 0;
  DBusHeader header_;
  std::size_t body_left_ = 0;
  std::size_t array_left_ = 0;
  std::uint64_t skipped_ = 0;
  State state_ = State::kHeader;
};

}  // namespace net

// SPDX-License-Identifier: MIT
// Carries the bytes between the MQTT library, which has no connection, and the broker, to which it holds one. What the
// broker sends is judged first (rules/mqtt_packets.h). What acknowledges a message is held back until the owner says
// that the message's effect is on the disk: the library acknowledges before it hands a message on, and a message that
// is acknowledged will not come again. Everything else goes out at once, so that the connection lives while a disk
// cannot be written; the broker then waits, as its peer has room for a fixed number of acknowledgements only.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/byte_queue.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/time.h"
#include "event/fd_watch.h"
#include "event/loop.h"
#include "event/timer.h"
#include "lib/mqtt.h"
#include "net/connection.h"
#include "rules/mqtt_packets.h"

namespace net {

class MqttRelay {
 public:
  using OnEnd = base::Callback<const base::Error&>;

  /// Packets that are handed on in one turn of the loop; then others have theirs.
  static constexpr unsigned kPacketsATurn = 256;
  /// Between two lines in the log about messages that are dropped.
  static constexpr std::chrono::minutes kBetweenDropped{1};
  /// Reads in one turn: a message that is dropped may be long.
  static constexpr unsigned kReadsATurn = 32;

  /// `on_end` is told why the connection ended, from the loop or from inside flush() and release(); not after stop().
  MqttRelay(event::Loop& loop, lib::Mqtt& mqtt, OnEnd on_end);
  MqttRelay(const MqttRelay&) = delete;
  MqttRelay& operator=(const MqttRelay&) = delete;

  /// Takes over a connection to the broker, right after lib::Mqtt::connect(). Error when the loop is full.
  base::Result<void> start(Connection connection);
  void stop();
  bool running() const { return watch_.watching(); }

  /// To be called after anything that the library was told to do: its bytes go out.
  void flush();
  /// What was received up to now is on the disk, or needs no disk: its acknowledgements go out.
  void release();
  /// Asks the broker to answer (PINGREQ). Not the library's doing: it takes what is held back as sent, and would not
  /// ask.
  void ping();
  /// There is something for release() to let go.
  bool holding() const { return held_.size() > released_; }

  base::SteadyTime last_sent() const { return last_sent_; }
  base::SteadyTime last_received() const { return last_received_; }
  /// Messages that were too long, since the start of this object.
  std::uint64_t dropped() const { return dropped_; }

 private:
  enum class Progress : std::uint8_t { kNeedsMore, kWaitsForDisk, kTurnIsOver, kEnded };

  void on_ready(short events);
  void work();
  bool receive();
  Progress hand_on(unsigned& packets);
  bool give(std::string_view packet);
  void note_dropped();
  bool has_room_for_answers();
  void take_from_library();
  void sort();
  void let_go();
  bool send();
  void end(const base::Error& error);
  void update_events();

  event::Loop& loop_;
  lib::Mqtt& mqtt_;
  OnEnd on_end_;
  Connection connection_;
  event::FdWatch watch_;      // after connection_: it leaves the loop before the socket is closed
  event::Timer again_timer_;  // what is here already goes on in the next turn
  rules::MqttInspector inspector_;
  base::ByteQueue<base::limits::kMqttPacketBytes> received_;      // from the broker
  base::ByteQueue<base::limits::kMqttPacketBytes> from_library_;  // not sorted yet
  base::ByteQueue<base::limits::kMqttPacketBytes> outgoing_;      // whole packets for the broker
  base::ByteQueue<base::limits::kMqttHeldBytes> held_;            // acknowledgements
  std::size_t released_ = 0;                                      // bytes of held_ that may go
  std::size_t offered_ = 0;  // bytes of outgoing_ that have to be offered again, as Connection::write() has it
  unsigned given_ = 0;       // packets since the library was last taken from
  bool giving_ = false;
  bool waits_for_disk_ = false;
  bool read_wants_write_ = false;
  bool write_wants_read_ = false;
  base::SteadyTime last_sent_{};
  base::SteadyTime last_received_{};
  std::uint64_t dropped_ = 0;
  std::uint64_t dropped_told_ = 0;
  base::SteadyTime dropped_told_at_{};
};

}  // namespace net

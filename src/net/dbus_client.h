// SPDX-License-Identifier: MIT
// A connection to a D-Bus message bus: greets it, makes calls, and hands over what comes. Owns the connection; when
// that ends it says so and does nothing more until it is opened again.
//
//   closed       open() connects.
//   greeting     the handshake (SASL EXTERNAL: the kernel tells the bus who we are) and the call Hello, which gives us
//                our name there. Its deadline is that of open().
//   open         calls and whatever the bus sends.
#pragma once

#include <array>
#include <cstdint>

#include "base/error.h"
#include "base/limits.h"
#include "event/fd_watch.h"
#include "event/loop.h"
#include "event/timer.h"
#include "net/connector.h"
#include "net/dbus_stream.h"
#include "net/dbus_writer.h"

namespace net {

class DBusClientHandler : public DBusStreamHandler {
 public:
  /// The bus knows us: calls may be made.
  virtual void on_dbus_open() = 0;
  /// It could not be opened, or ended; everything that was called and not answered is lost. open() is allowed here.
  virtual void on_dbus_closed(const base::Error& error) = 0;

 protected:
  ~DBusClientHandler() = default;
};

class DBusClient final : private DBusStreamHandler {
 public:
  /// All are borrowed and outlive this.
  DBusClient(event::Loop& loop, Connector& connector, DBusClientHandler& handler);
  ~DBusClient() { close(); }
  DBusClient(const DBusClient&) = delete;
  DBusClient& operator=(const DBusClient&) = delete;

  /// Connects and greets; only while closed.
  void open(base::SteadyTime deadline);
  /// Without a callback.
  void close();
  bool is_open() const { return phase_ == Phase::kOpen; }

  /// Only while open. The serial that the answer's reply_serial has; 0: too many calls wait to be taken by the bus
  /// (base::limits::kDBusCalls), and this one was not made.
  std::uint32_t call(const DBusCall& call);

  /// Messages over the limits, since the start.
  std::uint64_t skipped() const { return stream_.skipped(); }

 private:
  enum class Phase : std::uint8_t { kClosed, kConnecting, kGreeting, kHello, kOpen };

  void on_dbus_body(const DBusHeader& header, DBusReader body) override;
  void on_dbus_element(const DBusHeader& header, DBusReader element) override;
  void on_dbus_end(const DBusHeader& header) override;
  void on_dbus_skipped(const DBusHeader& header) override;

  void on_connected(ConnectResult& result);
  void on_ready(short events);
  void on_deadline();
  bool receive();
  bool take_greeting();
  void send();
  void fail(const base::Error& error);

  Connector& connector_;
  DBusClientHandler& handler_;
  Connection connection_;
  event::FdWatch watch_;  // after connection_: it leaves the loop before the socket is closed
  event::Timer deadline_timer_;
  DBusStream stream_;
  std::array<char, 128> greeting_{};  // the bus's line of the handshake
  std::size_t greeting_size_ = 0;
  std::array<char, base::limits::kDBusCalls> calls_;
  base::TextWriter unsent_{calls_};
  std::size_t sent_ = 0;  // of unsent_
  std::uint32_t last_serial_ = 0;
  Phase phase_ = Phase::kClosed;
};

}  // namespace net

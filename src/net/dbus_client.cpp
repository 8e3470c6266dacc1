// SPDX-License-Identifier: MIT
#include "net/dbus_client.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <utility>

namespace net {

namespace {

constexpr std::string_view kBus = "org.freedesktop.DBus";
constexpr std::string_view kBusPath = "/org/freedesktop/DBus";
constexpr int kReadsPerRound = 16;  // then the others in the loop have their turn

// D-Bus Specification, "Authentication Protocol": a NUL, then the user's number in decimal, written in hexadecimal.
// BEGIN goes along at once, since nothing that the bus may answer would change what is said.
void append_greeting(base::TextWriter& out) {
  char number[16];
  const int digits = std::snprintf(number, sizeof number, "%u", static_cast<unsigned>(::geteuid()));
  out.append({"\0AUTH EXTERNAL ", 15});
  for (int i = 0; i < digits; ++i) out.appendf("%02x", static_cast<unsigned>(number[i]));
  out.append("\r\nBEGIN\r\n");
}

}  // namespace

DBusClient::DBusClient(event::Loop& loop, Connector& connector, DBusClientHandler& handler)
    : connector_(connector),
      handler_(handler),
      watch_(loop, "D-Bus", base::Callback<short>::to<&DBusClient::on_ready>(*this)),
      deadline_timer_(loop, "D-Bus", base::Callback<>::to<&DBusClient::on_deadline>(*this)),
      stream_(*this) {}

void DBusClient::open(base::SteadyTime deadline) {
  phase_ = Phase::kConnecting;
  deadline_timer_.arm_at(deadline);
  connector_.start(deadline, Connector::OnDone::to<&DBusClient::on_connected>(*this));
}

void DBusClient::close() {
  connector_.cancel();
  deadline_timer_.cancel();
  watch_.cancel();
  connection_.close();
  stream_.reset();
  unsent_.clear();
  greeting_size_ = sent_ = 0;
  phase_ = Phase::kClosed;
}

void DBusClient::fail(const base::Error& error) {
  const base::Error kept = error;
  close();
  handler_.on_dbus_closed(kept);
}

void DBusClient::on_deadline() { fail(base::Error::from_errno(ETIMEDOUT, "greet the D-Bus message bus")); }

void DBusClient::on_connected(ConnectResult& result) {
  if (result.error) return fail(*result.error);
  connection_ = std::move(result.connection);
  phase_ = Phase::kGreeting;
  append_greeting(unsent_);
  if (auto watched = watch_.watch(connection_.fd.get(), POLLIN); !watched) return fail(watched.error());
  send();
}

std::uint32_t DBusClient::call(const DBusCall& call) {
  std::array<char, 1024> room;
  base::TextWriter message(room);
  const std::uint32_t serial = last_serial_ == UINT32_MAX ? 1 : last_serial_ + 1;
  write_dbus_call(call, serial, message);
  if (message.overflowed() || message.size() >= calls_.size() - unsent_.size()) return 0;
  unsent_.append(message.view());
  last_serial_ = serial;
  watch_.set_events(POLLIN | POLLOUT);
  return serial;
}

void DBusClient::on_ready(short events) {
  if ((events & ~POLLOUT) != 0) {
    for (int i = 0; i < kReadsPerRound && receive(); ++i) {
    }
  }
  if (watch_.watching() && sent_ < unsent_.size()) send();
}

void DBusClient::send() {
  while (sent_ < unsent_.size()) {
    const base::IoResult result = connection_.write(unsent_.view().substr(sent_));
    if (result.state == base::IoResult::State::kWantWrite) return watch_.set_events(POLLIN | POLLOUT);
    if (result.state != base::IoResult::State::kDone) return fail(connection_.error("write to the D-Bus message bus"));
    sent_ += result.bytes;
  }
  unsent_.clear();
  sent_ = 0;
  watch_.set_events(POLLIN);
}

// True: there may be more.
bool DBusClient::receive() {
  const bool greeting = phase_ == Phase::kGreeting;
  // The line of the handshake byte by byte, so that nothing of what follows it is taken.
  const std::span<char> room = greeting ? std::span(greeting_).subspan(greeting_size_, 1) : stream_.room();
  const base::IoResult result = connection_.read(room);
  switch (result.state) {
    case base::IoResult::State::kDone:
      break;
    case base::IoResult::State::kClosed:
      fail(base::Error::from_errno(ECONNRESET, "read from the D-Bus message bus"));
      return false;
    case base::IoResult::State::kFailed:
      fail(connection_.error("read from the D-Bus message bus"));
      return false;
    default:
      return false;
  }
  if (greeting) {
    ++greeting_size_;
    return take_greeting();
  }
  if (stream_.received(result.bytes)) return watch_.watching();
  fail(base::Error("what answers on the bus's socket is no D-Bus"));
  return false;
}

bool DBusClient::take_greeting() {
  const std::string_view line(greeting_.data(), greeting_size_);
  if (!line.ends_with("\r\n")) {
    if (line.size() < greeting_.size()) return true;
    fail(base::Error("what answers on the bus's socket is no D-Bus"));
    return false;
  }
  if (!line.starts_with("OK ")) {
    fail(base::Error(line.starts_with("REJECTED") ? "the D-Bus message bus does not let this user in"
                                                  : "what answers on the bus's socket is no D-Bus"));
    return false;
  }
  phase_ = Phase::kHello;
  write_dbus_call({.destination = kBus, .path = kBusPath, .interface = kBus, .member = "Hello"}, ++last_serial_,
                  unsent_);
  send();
  return watch_.watching();
}

void DBusClient::on_dbus_body(const DBusHeader& header, DBusReader body) {
  if (phase_ != Phase::kHello) return handler_.on_dbus_body(header, body);
  if (header.reply_serial != last_serial_) return;
  if (header.type == DBusHeader::Type::kError) {
    return fail(base::Error::format("the D-Bus message bus does not let this user in: %s", header.error_name.c_str()));
  }
  phase_ = Phase::kOpen;
  deadline_timer_.cancel();
  handler_.on_dbus_open();
}

void DBusClient::on_dbus_element(const DBusHeader& header, DBusReader element) {
  if (phase_ == Phase::kOpen) handler_.on_dbus_element(header, element);
}

void DBusClient::on_dbus_end(const DBusHeader& header) {
  if (phase_ == Phase::kOpen) handler_.on_dbus_end(header);
}

void DBusClient::on_dbus_skipped(const DBusHeader& header) {
  if (phase_ == Phase::kOpen) handler_.on_dbus_skipped(header);
}

}  // namespace net

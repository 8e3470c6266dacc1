// SPDX-License-Identifier: MIT
// A small message bus with a systemd on it, in either order of bytes: greets, answers the calls that collect::Systemd
// makes, and lets a test change each answer before it goes out.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "fakes/script_server.h"
#include "net/dbus_stream.h"

namespace fakes {

/// Values marshalled as the D-Bus Specification has them ("Message Protocol"). Begins at a multiple of 8.
struct DBusBytes {
  bool big = false;
  std::string text = {};

  DBusBytes& align(std::size_t size) {
    text.append((size - text.size() % size) % size, '\0');
    return *this;
  }
  DBusBytes& number(std::uint64_t value, std::size_t bytes = 4) {
    align(bytes);
    for (std::size_t i = 0; i < bytes; ++i) text += static_cast<char>(value >> (8 * (big ? bytes - 1 - i : i)));
    return *this;
  }
  DBusBytes& string(std::string_view value) {
    number(value.size());
    text.append(value).push_back('\0');
    return *this;
  }
  DBusBytes& signature(std::string_view value) {
    text.push_back(static_cast<char>(value.size()));
    text.append(value).push_back('\0');
    return *this;
  }
  /// What `fill` adds is an array whose elements begin at multiples of 8.
  template <class Fill>
  DBusBytes& array(Fill fill) {
    align(4);
    const std::size_t place = text.size();
    number(0).align(8);
    const std::size_t begin = text.size();
    fill(*this);
    const DBusBytes length = DBusBytes{big}.number(text.size() - begin);
    text.replace(place, 4, length.text);
    return *this;
  }
};

struct DBusUnit {
  std::string name;
  std::string active = "active";
  std::string sub = "running";
  std::string file_state = "enabled";
};

class DBusBus {
 public:
  bool big = false;
  std::vector<DBusUnit> units;
  /// Given what is to be sent in answer to a call; what it leaves is sent. Runs in the server's thread.
  std::function<void(const net::DBusHeader& call, std::string& answer)> meddle = [](const auto&, std::string&) {};
  std::function<bool(Peer&, std::string_view)> send = [](Peer& peer, std::string_view bytes) {
    return peer.send(bytes);
  };
  std::string greeting = "OK 0123456789abcdef0123456789abcdef\r\n";

  std::string message(std::uint8_t type, std::uint32_t reply_to, std::string_view signature,
                      const std::string& body) const {
    DBusBytes bytes{big, big ? "B" : "l"};
    bytes.text += static_cast<char>(type);
    bytes.text += std::string("\0\1", 2);
    bytes.number(body.size()).number(7).array([&](DBusBytes& fields) {
      if (reply_to != 0) {
        fields.text += '\5';
        fields.signature("u").number(reply_to);
      }
      if (!signature.empty()) {
        fields.align(8);
        fields.text += '\10';
        fields.signature("g").signature(signature);
      }
    });
    return bytes.align(8).text + body;
  }
  std::string reply(std::uint32_t to, std::string_view signature = {}, const std::string& body = {}) const {
    return message(2, to, signature, body);
  }

  /// As a script of a ScriptServer: one connection.
  void serve(Peer& peer) {
    if (!greet(peer)) return;
    Calls calls;
    auto stream = std::make_unique<net::DBusStream>(calls);
    for (;;) {
      const std::string got = peer.read_bytes(1);
      if (got.empty()) return;
      stream->room()[0] = got[0];
      if (!stream->received(1)) return;
      for (const Call& call : std::exchange(calls.all, {})) {
        std::string bytes = answer(call);
        meddle(call.header, bytes);
        if (!send(peer, bytes)) return;
      }
    }
  }

 private:
  struct Call {
    net::DBusHeader header;
    std::string property;
  };
  struct Calls final : net::DBusStreamHandler {
    void on_dbus_body(const net::DBusHeader& header, net::DBusReader body) override {
      std::string property;
      if (header.member.view() == "Get") {
        body.string();
        property = body.string();
      }
      all.push_back({header, property});
    }
    void on_dbus_element(const net::DBusHeader&, net::DBusReader) override {}
    void on_dbus_end(const net::DBusHeader&) override {}
    void on_dbus_skipped(const net::DBusHeader&) override {}
    std::vector<Call> all;
  };

  bool greet(Peer& peer) {
    std::string line;
    while (!line.ends_with("BEGIN\r\n")) {
      const std::string byte = peer.read_bytes(1);
      if (byte.empty()) return false;
      line += byte;
    }
    return send(peer, greeting);
  }

  std::string answer(const Call& call) const {
    const std::uint32_t to = call.header.serial;
    const std::string_view member = call.header.member.view();
    if (member == "Hello") return reply(to, "s", DBusBytes{big}.string(":1.7").text);
    if (member == "ListUnitFiles") return reply(to, "a(ss)", files());
    if (member == "ListUnits") return reply(to, "a(ssssssouso)", loaded());
    if (member != "Get") return reply(to);
    DBusBytes value{big};
    if (call.property == "NRestarts") {
      value.signature("u").number(3);
    } else if (call.property == "ExecMainStatus") {
      value.signature("i").number(0);
    } else if (call.property == "StateChangeTimestampMonotonic") {
      value.signature("t").number(0, 8);
    } else {
      value.signature("s").string(call.property == "Type" ? "simple" : "success");
    }
    return reply(to, "v", value.text);
  }
  std::string files() const {
    return DBusBytes{big}
        .array([this](DBusBytes& list) {
          for (const DBusUnit& unit : units) {
            list.align(8).string("/lib/systemd/system/" + unit.name).string(unit.file_state);
          }
        })
        .text;
  }
  std::string loaded() const {
    return DBusBytes{big}
        .array([this](DBusBytes& list) {
          for (const DBusUnit& unit : units) {
            list.align(8).string(unit.name).string("").string("loaded").string(unit.active).string(unit.sub);
            list.string("").string("/").number(0).string("").string("/");
          }
        })
        .text;
  }
};

}  // namespace fakes

// SPDX-License-Identifier: MIT
// Messages cut out of what a bus sent: a recorded session, in pieces of every size, in both orders of bytes, and what
// no bus sends.
#include "net/dbus_stream.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "net/dbus_writer.h"

namespace {

std::string read_fixture(const char* name) {
  std::ifstream file(std::string(LIMPET_FIXTURES "/dbus/") + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// What came after the handshake's line.
std::string session() {
  const std::string all = read_fixture("systemd-252-session.raw");
  return all.substr(all.find("\r\n") + 2);
}

struct Collected final : net::DBusStreamHandler {
  void on_dbus_body(const net::DBusHeader& header, net::DBusReader body) override {
    ++bodies;
    if (header.signature.view() == "sa{sv}as") changed.push_back(std::string(header.path));
    if (header.signature.view() == "s" && header.type == net::DBusHeader::Type::kError) error = body.string();
  }
  void on_dbus_element(const net::DBusHeader& header, net::DBusReader element) override {
    ++elements;
    if (header.signature.view() == "a(ssssssouso)") {
      element.align(8);
      std::string unit(element.string());
      element.string();
      element.string();
      unit += ' ';
      unit += element.string();
      if (element.good()) units.push_back(unit);
    }
    if (header.signature.view() == "as") units.emplace_back(element.string());
  }
  void on_dbus_end(const net::DBusHeader&) override { ++ends; }
  void on_dbus_skipped(const net::DBusHeader&) override { ++skipped; }

  int bodies = 0, elements = 0, ends = 0, skipped = 0;
  std::vector<std::string> changed, units;
  std::string error;
};

bool feed(net::DBusStream& stream, std::string_view bytes, std::size_t piece) {
  while (!bytes.empty()) {
    const std::span<char> room = stream.room();
    REQUIRE(!room.empty());
    const std::size_t size = std::min({piece, bytes.size(), room.size()});
    std::copy_n(bytes.data(), size, room.data());
    if (!stream.received(size)) return false;
    bytes.remove_prefix(size);
  }
  return true;
}

// A message with a body made by hand, in the order of bytes that is asked for.
struct Message {
  bool big = false;
  std::string text;

  void number(std::size_t value) {
    for (int i = 0; i < 4; ++i) text += static_cast<char>(value >> (8 * (big ? 3 - i : i)));
  }
  void align(std::size_t size) { text.append((size - text.size() % size) % size, '\0'); }
  void string(std::string_view value) {
    align(4);
    number(value.size());
    text.append(value).push_back('\0');
  }
};

std::string reply(bool big, std::string_view signature, const std::string& body) {
  Message message{big, ""};
  message.text = big ? "B" : "l";
  message.text += std::string("\2\0\1", 3);
  message.number(body.size());
  message.number(7);
  message.number(8 + 5 + signature.size() + 1);
  message.text += std::string("\5\1u\0", 4);
  message.number(3);
  message.text += std::string("\10\1g\0", 4);
  message.text += static_cast<char>(signature.size());
  message.text.append(signature).push_back('\0');
  message.align(8);
  return message.text + body;
}

std::string strings(bool big, std::size_t count, const std::string& each) {
  Message elements{big, ""};
  for (std::size_t i = 0; i < count; ++i) elements.string(each);
  Message body{big, ""};
  body.number(elements.text.size());
  return body.text + elements.text;
}

}  // namespace

TEST_CASE("a recorded session, however it is cut") {
  const std::string bytes = session();
  REQUIRE(bytes.size() > 70'000);
  for (const std::size_t piece : {1U, 2U, 3U, 7U, 8U, 61U, 1000U, 4096U, 100'000U}) {
    CAPTURE(piece);
    Collected collected;
    auto stream = std::make_unique<net::DBusStream>(collected);
    REQUIRE(feed(*stream, bytes, piece));
    CHECK(collected.bodies == 43);
    CHECK(collected.ends == 4);
    CHECK(collected.skipped == 0);
    CHECK(collected.changed.size() == 28);
    CHECK(collected.changed.front() == "/org/freedesktop/systemd1/unit/steady_2eservice");
    CHECK(collected.units.size() > 150);
    CHECK(std::ranges::find(collected.units, "steady.service active") != collected.units.end());
    CHECK(collected.error.find("not loaded") != std::string::npos);
  }
}

TEST_CASE("both orders of bytes") {
  for (const bool big : {false, true}) {
    CAPTURE(big);
    Collected collected;
    auto stream = std::make_unique<net::DBusStream>(collected);
    REQUIRE(feed(*stream, reply(big, "as", strings(big, 3, "abcd")), 5));
    CHECK(collected.units == std::vector<std::string>{"abcd", "abcd", "abcd"});
    CHECK(collected.ends == 1);
  }
}

TEST_CASE("what is over the limits is passed over, and what follows is read") {
  struct Case {
    const char* why;
    std::string signature;
    std::string body;
    int elements;
  };
  const Case cases[] = {
      {"an array over the longest message", "as", strings(false, 3000, std::string(100, 'x')), 0},
      {"an element that does not fit into the buffer", "as", strings(false, 2, std::string(20'000, 'x')), 0},
      {"a body that does not fit into the buffer", "s", std::string(20'000, 'x'), 0},
  };
  for (const Case& c : cases) {
    CAPTURE(c.why);
    Collected collected;
    auto stream = std::make_unique<net::DBusStream>(collected);
    REQUIRE(feed(*stream, reply(false, c.signature, c.body) + reply(false, "as", strings(false, 1, "next")), 999));
    CHECK(collected.skipped == 1);
    CHECK(stream->skipped() == 1);
    CHECK(collected.units == std::vector<std::string>{"next"});
  }
}

TEST_CASE("an array of 200 KiB goes through a buffer of 16") {
  Collected collected;
  auto stream = std::make_unique<net::DBusStream>(collected);
  REQUIRE(feed(*stream, reply(false, "as", strings(false, 2000, std::string(95, 'x'))), 1'000'000));
  CHECK(collected.elements == 2000);
  CHECK(collected.ends == 1);
}

TEST_CASE("what is no D-Bus ends it") {
  const std::string good = reply(false, "as", strings(false, 1, "abc"));
  struct Case {
    const char* why;
    std::string bytes;
  };
  const auto changed = [&](std::size_t at, char to) {
    std::string bytes = good;
    bytes[at] = to;
    return bytes;
  };
  const Case cases[] = {
      {"HTTP", "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"},
      {"another order of bytes", changed(0, 'x')},
      {"no type", changed(1, '\0')},
      {"another version", changed(3, '\2')},
      {"serial 0", changed(8, '\0')},
      {"an answer to no call", changed(20, '\0')},
      {"fields that are longer than any", changed(15, '\1')},
      {"an array that is shorter than its message", changed(40, '\1')},
      {"a string that ends behind its array", changed(44, '\x50')},
  };
  for (const Case& c : cases) {
    CAPTURE(c.why);
    Collected collected;
    auto stream = std::make_unique<net::DBusStream>(collected);
    CHECK_FALSE(feed(*stream, c.bytes + std::string(100, '\0'), 16));
  }
}

TEST_CASE("calls are written as a client that systemd understood wrote them") {
  const std::string recorded = read_fixture("systemd-252-calls.raw");
  const std::string all = recorded.substr(recorded.find("BEGIN\r\n") + 7);
  std::array<char, 1024> room;
  base::TextWriter out(room);
  net::write_dbus_call({"org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "Hello"}, 1, out);
  REQUIRE(all.starts_with(out.view()));
  const std::size_t used = out.size();
  const std::string rule = all.substr(all.find("type='signal'"), 0xa6);
  out.clear();
  net::write_dbus_call({"org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "AddMatch",
                        std::array{std::string_view(rule)}},
                       2, out);
  CHECK(all.substr(used).starts_with(out.view()));
}

// SPDX-License-Identifier: MIT
// What a bus may send, cut at any place: whole messages are read to their end, as every handler does, and nothing is
// read past them. The first byte of the input says how long the pieces are.
#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string_view>

#include "net/dbus_stream.h"

namespace {

struct Reading final : net::DBusStreamHandler {
  static void read_all(const net::DBusHeader& header, net::DBusReader reader, std::string_view types) {
    while (reader.good() && !types.empty()) {
      const std::size_t size = net::dbus_complete_type(types);
      if (size == 0) return;
      reader.skip(types.substr(0, size));
      types.remove_prefix(size);
    }
    if (reader.used() > header.body_bytes) std::abort();
  }
  void on_dbus_body(const net::DBusHeader& header, net::DBusReader body) override {
    read_all(header, body, header.signature);
  }
  void on_dbus_element(const net::DBusHeader& header, net::DBusReader element) override {
    read_all(header, element, header.signature.view().substr(1));
    element.align(8);
    element.string();
    element.boolean();
    element.uint64();
  }
  void on_dbus_end(const net::DBusHeader&) override {}
  void on_dbus_skipped(const net::DBusHeader&) override {}
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t piece = data[0] + 1U;
  std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  Reading reading;
  const auto stream = std::make_unique<net::DBusStream>(reading);
  while (!bytes.empty()) {
    const std::span<char> room = stream->room();
    if (room.empty()) std::abort();
    const std::size_t step = std::min({piece, bytes.size(), room.size()});
    std::copy_n(bytes.data(), step, room.data());
    if (!stream->received(step)) break;
    bytes.remove_prefix(step);
  }
  return 0;
}

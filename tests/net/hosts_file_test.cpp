// SPDX-License-Identifier: MIT
#include "net/hosts_file.h"

#include <doctest/doctest.h>

#include <string>

#include "fakes/temporary_folder.h"

namespace {

std::string found_in_line(std::string_view line, std::string_view name) {
  const auto address = net::parse_hosts_line(line, name);
  return address ? std::string(address->text().view()) : "";
}

std::string found_in_text(const fakes::TemporaryFolder& folder, std::string_view text, std::string_view name) {
  folder.write("hosts", text);
  std::string found;
  const net::AddressList addresses = net::read_hosts((folder.path() / "hosts").c_str(), name);
  for (const auto& address : addresses.span()) found += std::string(address.text().view()) + " ";
  return found;
}

}  // namespace

TEST_CASE("a line of /etc/hosts gives its address to each of its names") {
  const struct {
    const char* reason;
    const char* line;
    const char* name;
    const char* address;
  } cases[] = {
      {"the only name", "192.0.2.7 box", "box", "192.0.2.7"},
      {"a later name, tabs", "\t192.0.2.7\tbox\tbox.lan ", "box.lan", "192.0.2.7"},
      {"IPv6", "2001:db8::7 box", "box", "2001:db8::7"},
      {"letters of any case", "192.0.2.7 Box.LAN", "bOX.lan", "192.0.2.7"},
      {"a dot at the end is the same name", "192.0.2.7 box.lan", "box.lan.", "192.0.2.7"},
      {"carriage return at the end", "192.0.2.7 box\r", "box", "192.0.2.7"},
      {"another name", "192.0.2.7 box", "bo", ""},
      {"a longer name", "192.0.2.7 box", "boxer", ""},
      {"the address is no name", "192.0.2.7 box", "192.0.2.7", ""},
      {"a comment is no name", "192.0.2.7 box # nas", "nas", ""},
      {"a line that is a comment", "#192.0.2.7 box", "box", ""},
      {"an address without names", "192.0.2.7", "box", ""},
      {"an address that is none", "192.0.2 box", "box", ""},
      {"an address with a scope is not understood", "fe80::1%eth0 box", "box", ""},
      {"empty", "", "box", ""},
  };
  for (const auto& test : cases) {
    CAPTURE(test.reason);
    CHECK(found_in_line(test.line, test.name) == test.address);
  }
}

TEST_CASE("the whole file is searched, however long its lines are") {
  const fakes::TemporaryFolder folder;
  CHECK(found_in_text(folder, "127.0.0.1 a\n192.0.2.1 box\n2001:db8::1 box\n192.0.2.2 box\n", "box") ==
        "2001:db8::1 192.0.2.1 192.0.2.2 ");
  CHECK(found_in_text(folder, "192.0.2.1 box", "box") == "192.0.2.1 ");
  CHECK(found_in_text(folder, "", "box").empty());

  std::string many;
  for (int i = 0; i < 3000; ++i) many += "0.0.0.0 ads" + std::to_string(i) + ".example\n";
  CHECK(found_in_text(folder, many + "192.0.2.9 box\n", "box") == "192.0.2.9 ");

  const std::string endless = "192.0.2.1 " + std::string(5000, 'x') + " box\n";
  CHECK(found_in_text(folder, endless + "192.0.2.2 box\n", "box") == "192.0.2.2 ");
  CHECK(found_in_text(folder, endless, "box").empty());
  CHECK(found_in_text(folder, std::string(net::kHostsFileBytes, '\n') + "192.0.2.1 box\n", "box").empty());
}

TEST_CASE("a file that cannot be read names nobody") {
  const fakes::TemporaryFolder folder;
  CHECK(net::read_hosts((folder.path() / "missing").c_str(), "box").empty());
  CHECK(net::read_hosts(folder.path().c_str(), "box").empty());
}

TEST_CASE("localhost and what is below it is this box") {
  for (const char* name : {"localhost", "LocalHost", "localhost.", "a.localhost", "a.b.localhost."}) {
    CAPTURE(name);
    CHECK(net::is_localhost(name));
  }
  for (const char* name : {"", ".", "host", "mylocalhost", "localhost.example", "localhosts"}) {
    CAPTURE(name);
    CHECK_FALSE(net::is_localhost(name));
  }
}

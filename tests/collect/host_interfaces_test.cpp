// SPDX-License-Identifier: MIT
#include "collect/host_interfaces.h"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <vector>

#include "fakes/temporary_folder.h"

using namespace std::chrono_literals;

namespace {

class Network {
 public:
  void write(const std::string& lines, const std::string& name = "net/dev") const { folder_.write(name, lines); }
  void remove(const std::string& name) const { std::filesystem::remove_all(folder_.file(name)); }

  /// The names that a reading at this second shows.
  std::vector<std::string> read(std::chrono::seconds at) {
    sample_ = {};
    interfaces_.read(base::SteadyTime(at), text_, sample_);
    std::vector<std::string> names;
    for (std::size_t i = 0; i < sample_.interface_count; ++i) names.emplace_back(sample_.interfaces[i].name.view());
    return names;
  }
  const rules::InterfaceRate& first() const { return sample_.interfaces[0]; }
  const rules::Sample& sample() const { return sample_; }
  std::uint32_t left_out() const { return interfaces_.left_out(); }

 private:
  fakes::TemporaryFolder folder_;
  std::string root_ = folder_.path();
  collect::HostInterfaces interfaces_{root_};
  std::array<char, base::limits::kProcText> text_{};
  rules::Sample sample_;
};

std::string line(const std::string& name, std::uint64_t bytes, std::uint64_t packets = 10) {
  const std::string numbers = std::to_string(bytes) + " " + std::to_string(packets) + " 0 0 0 0 0 0 ";
  return name + ": " + numbers + numbers + "\n";
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("an interface is shown from its second reading on") {
  Network network;
  network.write(line("eth0", 1000));
  CHECK(network.read(10s).empty());
  network.write(line("eth0", 2000) + line("wlan0", 5));
  CHECK(network.read(20s) == Names{"eth0"});
  CHECK(network.first().received_bytes_per_s == 100);
  network.write(line("eth0", 3000) + line("wlan0", 5));
  CHECK(network.read(30s) == Names{"eth0", "wlan0"});
  network.write(line("wlan0", 5));
  CHECK(network.read(40s) == Names{"wlan0"});
}

TEST_CASE("the traffic of all that are shown is added up") {
  Network network;
  network.write(line("eth0", 1000) + line("wlan0", 50));
  network.read(10s);
  CHECK_FALSE(network.sample().received_bytes_per_s);
  CHECK_FALSE(network.sample().sent_bytes_per_s);
  network.write(line("eth0", 3000) + line("wlan0", 250));
  network.read(20s);
  CHECK(network.sample().received_bytes_per_s == 220.0F);
  CHECK(network.sample().sent_bytes_per_s == 220.0F);
}

TEST_CASE("one that was made anew is left out once") {
  Network network;
  network.write(line("eth0", 4000000000, 5000));
  CHECK(network.read(10s).empty());
  network.write(line("eth0", 1000, 7));
  CHECK(network.read(20s).empty());
  network.write(line("eth0", 2000, 8));
  CHECK(network.read(30s) == Names{"eth0"});
  CHECK(network.first().received_bytes_per_s == 100);
}

TEST_CASE("after readings that failed the speed is that of the whole time") {
  Network network;
  network.write(line("eth0", 1000));
  CHECK(network.read(10s).empty());
  network.remove("net");
  CHECK(network.read(20s).empty());
  network.write("garbage\n");
  CHECK(network.read(30s).empty());
  network.write(line("eth0", 4000));
  CHECK(network.read(40s) == Names{"eth0"});
  CHECK(network.first().received_bytes_per_s == 100);
}

TEST_CASE("thirty containers do not push out the port, and the ports keep the kernel's order") {
  Network network;
  std::string lines = line("lo", 7);
  for (int i = 0; i < 30; ++i) lines += line("veth" + std::to_string(i), 1);
  lines += line("wg0", 1) + line("eth0", 1) + line("br0", 1) + line("wlan0", 0);
  network.write(lines);
  CHECK(network.read(10s).empty());
  CHECK(network.read(20s) == Names{"eth0", "wlan0", "wg0", "br0", "veth0", "veth1", "veth2", "veth3"});
  CHECK(network.left_out() == 26);
}

TEST_CASE("more ports than places: the first ones") {
  Network network;
  std::string lines;
  for (int i = 0; i < 10; ++i) lines += line("eth" + std::to_string(i), 1);
  network.write(lines);
  network.read(10s);
  CHECK(network.read(20s) == Names{"eth0", "eth1", "eth2", "eth3", "eth4", "eth5", "eth6", "eth7"});
  CHECK(network.left_out() == 2);
}

TEST_CASE("a name that no kernel gives is passed over") {
  Network network;
  network.write(line("sixteen_letters_", 1) + line("fifteen_letters", 1));
  network.read(10s);
  CHECK(network.read(20s) == Names{"fifteen_letters"});
}

TEST_CASE("process 1's network is the box's, where it can be seen") {
  Network network;
  network.write(line("eth9", 1));
  network.write(line("eth0", 1), "1/net/dev");
  network.read(10s);
  CHECK(network.read(20s) == Names{"eth0"});
}

TEST_CASE("a list longer than the buffer is a failure, not half a list") {
  Network network;
  std::string lines;
  for (int i = 0; i < 1000; ++i) lines += line("eth" + std::to_string(i), 1);
  network.write(lines);
  network.read(10s);
  CHECK(network.read(20s).empty());
}

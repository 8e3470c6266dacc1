// SPDX-License-Identifier: MIT
// The socket's file, through the server that owns it.
#include "net/unix_listener.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <filesystem>
#include <string>

#include "fakes/http_box.h"
#include "net/unix_connect.h"

namespace {

using fakes::HttpBox;
using fakes::HttpPeer;
using fakes::kGet;
using fakes::status_of;

}  // namespace

TEST_CASE("the socket's file") {
  HttpBox box;
  const std::string path = box.socket_path();
  const std::string folder_path = std::filesystem::path(path).parent_path();
  struct stat file {};

  SUBCASE("is for the group only") {
    REQUIRE(::stat(path.c_str(), &file) == 0);
    CHECK((file.st_mode & 0777) == 0660);
  }
  SUBCASE("goes away at the end") {
    box.server.close();
    CHECK(::stat(path.c_str(), &file) != 0);
    CHECK_FALSE(box.server.listening());
  }
  SUBCASE("is made anew after somebody removed the folder") {
    HttpPeer peer(box);
    std::filesystem::remove_all(folder_path);
    CHECK_FALSE(box.server.ensure());
    std::filesystem::create_directory(folder_path);
    CHECK(box.server.ensure());
    HttpPeer next(box);
    next.send(kGet);
    CHECK(status_of(next.receive()) == 200);
    peer.send(kGet);
    CHECK(status_of(peer.receive()) == 200);
  }
  SUBCASE("is left alone when all is well") {
    REQUIRE(::stat(path.c_str(), &file) == 0);
    const ino_t inode = file.st_ino;
    CHECK(box.server.ensure());
    CHECK(box.server.open(path));
    REQUIRE(::stat(path.c_str(), &file) == 0);
    CHECK(file.st_ino == inode);
  }
  SUBCASE("of a daemon that answers is not taken") {
    net::HttpServer second(box.loop, box.service);
    const auto opened = second.open(path);
    REQUIRE_FALSE(opened);
    CHECK(opened.error().text().find("another limpet") != std::string_view::npos);
    HttpPeer peer(box);
    CHECK(peer.connected);
  }
  SUBCASE("of a daemon that died is replaced") {
    const std::string left = folder_path + "/left.sock";
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    left.copy(address.sun_path, sizeof address.sun_path - 1);
    os::UniqueFd dead(::socket(AF_UNIX, SOCK_STREAM, 0));
    REQUIRE(::bind(dead.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    dead.reset();
    CHECK(box.server.open(left));
    CHECK(::stat(path.c_str(), &file) != 0);
    HttpPeer peer(box, left);
    peer.send(kGet);
    CHECK(status_of(peer.receive()) == 200);
  }
  SUBCASE("is no other file, whatever its name") {
    const std::string other = folder_path + "/precious";
    os::UniqueFd(::open(other.c_str(), O_CREAT | O_WRONLY, 0600));
    const auto opened = box.server.open(other);
    REQUIRE_FALSE(opened);
    CHECK(opened.error().text().find("no socket") != std::string_view::npos);
    CHECK(::stat(other.c_str(), &file) == 0);
    HttpPeer peer(box);
    CHECK(peer.connected);
  }
  SUBCASE("has a path that fits") {
    const auto opened = box.server.open(folder_path + "/" + std::string(100, 'p'));
    REQUIRE_FALSE(opened);
    CHECK(opened.error().text().find("[http] socket") != std::string_view::npos);
  }
  SUBCASE("that another process put there is not removed") {
    std::filesystem::remove(path);
    os::UniqueFd(::open(path.c_str(), O_CREAT | O_WRONLY, 0600));
    box.server.close();
    CHECK(::stat(path.c_str(), &file) == 0);
  }
}

TEST_CASE("the helper's socket") {
  fakes::TemporaryFolder folder;
  const std::string path = folder.file("helper.sock");
  net::UnixListener listener;
  REQUIRE(listener.open(path, net::UnixDoor::kOwner));

  SUBCASE("is for its owner only, and takes whole messages") {
    struct stat file {};
    REQUIRE(::stat(path.c_str(), &file) == 0);
    CHECK((file.st_mode & 0777) == 0600);
    CHECK(file.st_gid == ::getegid());
    os::UniqueFd client;
    CHECK(net::connect_unix(path, client) == EPROTOTYPE);
    CHECK(net::connect_unix(path, client, SOCK_SEQPACKET) == 0);
  }
  SUBCASE("of a helper that answers is not taken") {
    net::UnixListener second;
    const auto opened = second.open(path, net::UnixDoor::kOwner);
    REQUIRE_FALSE(opened);
    CHECK(opened.error().text().contains("another limpet"));
    CHECK(listener.in_place());
  }
  SUBCASE("of one that was killed is replaced") {
    const std::string left = folder.file("left.sock");
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    left.copy(address.sun_path, sizeof address.sun_path - 1);
    os::UniqueFd dead(::socket(AF_UNIX, SOCK_SEQPACKET, 0));
    REQUIRE(::bind(dead.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    dead.reset();
    net::UnixListener second;
    CHECK(second.open(left, net::UnixDoor::kOwner));
  }
}

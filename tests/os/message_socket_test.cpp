// SPDX-License-Identifier: MIT
#include "os/message_socket.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <string>

#include "fakes/message_pair.h"
#include "fakes/possible.h"
#include "fakes/temporary_folder.h"

namespace {

std::size_t open_descriptors() {
  std::size_t count = 0;
  for (int fd = 0; fd < 256; ++fd) count += ::fcntl(fd, F_GETFD) >= 0 ? 1 : 0;
  return count;
}

struct Fixture {
  std::array<os::UniqueFd, 2> ends = fakes::message_pair();
  std::array<char, 64> room{};
  os::UniqueFd passed;

  /// A message of one byte with two descriptors.
  void send_two() {
    const int two[] = {ends[0].get(), ends[1].get()};
    iovec piece{room.data(), 1};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof two)] = {};
    msghdr message{};
    message.msg_iov = &piece;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    cmsghdr* const header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof two);
    std::memcpy(CMSG_DATA(header), two, sizeof two);
    REQUIRE(::sendmsg(ends[0].get(), &message, 0) == 1);
  }
  /// Receives such a message with room for one: the kernel closes what does not fit, qemu-user does not.
  std::size_t left_open_by_kernel() {
    const std::size_t before = open_descriptors();
    iovec piece{room.data(), 1};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    msghdr message{};
    message.msg_iov = &piece;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    REQUIRE(::recvmsg(ends[1].get(), &message, 0) == 1);
    const cmsghdr* const header = CMSG_FIRSTHDR(&message);
    REQUIRE(header != nullptr);
    for (std::size_t at = 0; at + sizeof(int) <= header->cmsg_len - CMSG_LEN(0); at += sizeof(int)) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(header) + at, sizeof fd);
      ::close(fd);
    }
    return open_descriptors() - before;
  }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "messages keep their bounds, and a descriptor comes with its own") {
  const fakes::TemporaryFolder folder;
  const os::UniqueFd file(::open(folder.write("a", "inside").c_str(), O_RDONLY | O_CLOEXEC));
  CHECK(os::send_message(ends[0].get(), "one", -1, false) == 0);
  CHECK(os::send_message(ends[0].get(), "second", file.get(), false) == 0);
  auto first = os::receive_message(ends[1].get(), room, passed);
  REQUIRE(first);
  CHECK(std::string_view(room.data(), *first) == "one");
  CHECK_FALSE(passed);
  auto second = os::receive_message(ends[1].get(), room, passed);
  REQUIRE(second);
  CHECK(std::string_view(room.data(), *second) == "second");
  REQUIRE(passed);
  CHECK((::fcntl(passed.get(), F_GETFD) & FD_CLOEXEC) != 0);
  char text[16];
  CHECK(::read(passed.get(), text, sizeof text) == 6);
  CHECK(os::receive_message(ends[1].get(), room, passed).error().code() == EAGAIN);
}

TEST_CASE_FIXTURE(Fixture, "a message that is too long is an error, keeps no descriptor open, and the next one comes") {
  const std::size_t before = open_descriptors();
  CHECK(os::send_message(ends[0].get(), std::string(room.size() + 1, 'x'), ends[0].get(), false) == 0);
  CHECK(os::send_message(ends[0].get(), "next", -1, false) == 0);
  CHECK(os::receive_message(ends[1].get(), room, passed).error().code() == EMSGSIZE);
  CHECK(open_descriptors() == before);
  CHECK(os::receive_message(ends[1].get(), room, passed) == 4);
}

TEST_CASE_FIXTURE(Fixture, "more descriptors than one are refused, and none stays open") {
  const std::size_t before = open_descriptors();
  send_two();
  const bool closed = left_open_by_kernel() == 0;
  if (!fakes::possible(closed, "what runs this program keeps descriptors open that it did not hand over")) return;
  send_two();
  CHECK_FALSE(os::receive_message(ends[1].get(), room, passed));
  CHECK(open_descriptors() == before);
}

TEST_CASE_FIXTURE(Fixture, "an end that is closed is seen from the other one") {
  ends[0].reset();
  CHECK(os::receive_message(ends[1].get(), room, passed) == 0);
  CHECK(os::send_message(ends[1].get(), "anybody?", -1, false) == EPIPE);
}

TEST_CASE_FIXTURE(Fixture, "a peer that reads nothing is told of instead of waited for") {
  int code = 0;
  for (int i = 0; i < 100'000 && code == 0; ++i) code = os::send_message(ends[0].get(), "x", -1, false);
  CHECK(code == EAGAIN);
}

TEST_CASE_FIXTURE(Fixture, "a message that is taken without a descriptor leaves none open, whatever came along") {
  const std::size_t before = open_descriptors();
  REQUIRE(os::send_message(ends[0].get(), "abc", ends[0].get(), true) == 0);
  send_two();
  REQUIRE(os::send_message(ends[0].get(), std::string(room.size() + 1, 'x'), -1, true) == 0);
  ::shutdown(ends[0].get(), SHUT_WR);
  CHECK(os::receive_bare_message(ends[1].get(), room) == 3U);
  CHECK(os::receive_bare_message(ends[1].get(), room) == 1U);
  const auto too_long = os::receive_bare_message(ends[1].get(), room);
  REQUIRE_FALSE(too_long);
  CHECK(too_long.error().code() == EMSGSIZE);
  CHECK(os::receive_bare_message(ends[1].get(), room) == 0U);
  CHECK(open_descriptors() == before);
}

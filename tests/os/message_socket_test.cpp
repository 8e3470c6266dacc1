// SPDX-License-Identifier: MIT
#include "os/message_socket.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/socket.h>

#include <array>
#include <string>

#include "fakes/message_pair.h"
#include "fakes/temporary_folder.h"

namespace {

struct Fixture {
  std::array<os::UniqueFd, 2> ends = fakes::message_pair();
  std::array<char, 64> room{};
  os::UniqueFd passed;
};

std::size_t open_descriptors() {
  std::size_t count = 0;
  for (int fd = 0; fd < 256; ++fd) count += ::fcntl(fd, F_GETFD) >= 0 ? 1 : 0;
  return count;
}

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

// SPDX-License-Identifier: MIT
// What the main process, which anybody may reach, and the helper, which is root, say to each other: one request, one
// message of a fixed size; one or more replies to it, each with a descriptor or without. Both ends are on one box, so
// numbers are in the machine's own order; mostly they are one program, forked. Where the helper runs apart they may be
// of two versions, and the main process's side says first what it speaks, and the key. Pure.
//
// A request holds no path and no address: what it leads to stands in the configuration, which the helper reads itself.
// The only text in it is the name of what is to be restarted or inspected, which has to stand in the configuration, or
// to be a container's, a disk's or a network interface's; or two numbers, which stand for a process.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/fixed_string.h"

namespace heal {

/// What the helper does, and nothing else. A new one comes at the end, and is EBADRQC to a helper that is older.
enum class Operation : std::uint32_t {
  kReadSettings = 1,  // reads the configuration again; a reply for each file of it, its text the path, then the last
  kIcmpSocket,        // a raw socket for ICMP, icmp(7)
  kIcmp6Socket,       // the same for ICMPv6, RFC 3542
  // A connection to Docker's socket on which one request was sent, see rules/docker_request.h.
  kDockerVersion,
  kDockerEvents,
  kDockerList,
  kDockerInspect,
  kDockerRestart,  // of a container that [docker] restart names
  kWatchdogFeed,   // the main process has done its work: [watchdog] device may be fed for a while
  kWatchdogStop,   // it ends in order
  kBootEvidence,   // a reply whose text is what heal/boot_evidence.h makes of why the box was started
  kSmartctl,       // what [smart] smartctl says about a disk: the end of a pipe
  // Actions: the one reply comes when they are done, its text says why not. None is done in a dry run.
  kUnitRestart,     // a service that [systemd] restart names
  kProcessRestart,  // restart of this [process NAME]
  // The network's, from the lowest rung on; each has to be allowed by itself.
  kRenewAddress,     // [network] renew; its name an interface, for auto
  kBounceInterface,  // the interface of this name down and up
  kRestartNetwork,   // [network] service
  kReboot,           // no reply comes but that it could not be
  // By heal/helper_relay.h: a reply now, and one whenever it changes, none the last. 0, or ENOTCONN and why, for a
  // person.
  kHelperState,
  kStopProcess,  // an action; its name heal/process_stop.h's of a process that [heal] kill names
  kCleanUp,      // an action, by the command of [disk] cleanup
};

struct Request {
  std::uint32_t number = 0;  // of the main process's choice; comes back with each reply
  Operation operation{};
  std::uint32_t api_minor = 0;       // of Docker's API
  base::FixedString<127> name = {};  // of a container (or its id), a disk, a unit, …, where it is about one
};

inline constexpr std::size_t kRequestBytes = 3 * 4 + 127;

std::array<char, kRequestBytes> format_request(const Request& request);
/// Nothing when it has another size. The operation may be one that is not there, the container's name anything.
std::optional<Request> parse_request(std::string_view bytes);

struct Reply {
  std::uint32_t number = 0;
  std::int32_t error = 0;  // errno(3), or 0: it worked
  bool last = true;        // no other reply follows to that request
  std::string_view text;
};

inline constexpr std::size_t kReplyHead = 12;
inline constexpr std::size_t kReplyText = 4096;  // PATH_MAX
inline constexpr std::size_t kReplyBytes = kReplyHead + kReplyText;

/// Into `room`; a longer text is cut.
std::string_view format_reply(const Reply& reply, std::array<char, kReplyBytes>& room);
/// Its text lies in `bytes`. Nothing when it is no reply.
std::optional<Reply> parse_reply(std::string_view bytes);

/// The first message to a helper that runs apart; its reply has the number 0, and as its error what check_hello() says.
inline constexpr std::size_t kKeyBytes = 200;
inline constexpr std::size_t kHelloBytes = 4 + kKeyBytes;
/// To change with the form of any message, and with the meaning of an Operation.
inline constexpr std::uint32_t kProtocol = 1;

/// A longer key is cut, and is no key of any helper.
std::array<char, kHelloBytes> format_hello(std::string_view key);
/// 0, or EPROTO when this is none, or one of another protocol, EKEYREJECTED when `key` is another one, or empty. The
/// time it takes does not depend on where the keys differ.
int check_hello(std::string_view bytes, std::string_view key);

}  // namespace heal

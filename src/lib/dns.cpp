// SPDX-License-Identifier: MIT
#include "lib/dns.h"

#include <ares.h>
#include <sys/time.h>

#include <algorithm>

namespace lib {
namespace {

DnsStatus status_of(int ares_status) {
  switch (ares_status) {
    case ARES_SUCCESS:
      return DnsStatus::kFound;
    case ARES_ENOTFOUND:
      return DnsStatus::kNoSuchName;
    case ARES_ENODATA:
      return DnsStatus::kNoAddress;
    case ARES_EBADNAME:
    case ARES_EBADSTR:
    case ARES_EFORMERR:
      return DnsStatus::kBadName;
    case ARES_ESERVFAIL:
    case ARES_EREFUSED:
    case ARES_ENOTIMP:
    case ARES_EBADRESP:
      return DnsStatus::kServerFailed;
    default:
      return DnsStatus::kNoAnswer;
  }
}

base::Error open_error(int ares_status) {
  return base::Error::format("DNS cannot be used: %s", ares_strerror(ares_status));
}

}  // namespace

struct Dns::Callbacks {
  static void on_socket(void* owner, ares_socket_t fd, int readable, int writable) {
    static_cast<Dns*>(owner)->on_socket_({.fd = fd, .want_read = readable != 0, .want_write = writable != 0});
  }

  static void on_answer(void* argument, int ares_status, int /*timeouts*/, ares_addrinfo* found) {
    Question& question = *static_cast<Question*>(argument);
    Dns& owner = *question.owner;
    if (!owner.closing_) {
      std::array<base::IpAddress, kMaxAddresses> addresses;
      DnsAnswer answer;
      answer.name = question.name;
      answer.family = question.family;
      answer.status = status_of(ares_status);
      if (found != nullptr) take_addresses(*found, addresses, answer);
      if (answer.status == DnsStatus::kFound && answer.addresses.empty()) answer.status = DnsStatus::kNoAddress;
      owner.on_answer_(answer);
    }
    question.under_way = false;
    ares_freeaddrinfo(found);
  }

  static void take_addresses(const ares_addrinfo& found, std::span<base::IpAddress> room, DnsAnswer& answer) {
    std::size_t count = 0;
    std::chrono::seconds ttl = std::chrono::seconds::max();
    for (const ares_addrinfo_node* node = found.nodes; node != nullptr && count < room.size(); node = node->ai_next) {
      const auto address = base::IpAddress::from_sockaddr(*node->ai_addr);
      if (!address || address->family() != answer.family) continue;
      room[count++] = *address;
      ttl = std::min(ttl, std::chrono::seconds(node->ai_ttl));
    }
    answer.addresses = room.first(count);
    answer.ttl = ttl;
  }
};

Dns::~Dns() {
  closing_ = true;
  if (channel_ != nullptr) ares_destroy(channel_);
}

base::Result<void> Dns::open(const char* resolv_conf) {
  std::string path = resolv_conf;
  char dns_only[] = "b";
  ares_options options{};
  options.flags = ARES_FLAG_EDNS | ARES_FLAG_NOALIASES;
  options.timeout = static_cast<int>(kTry.count());
  options.maxtimeout = static_cast<int>(kMaxTry.count());
  options.tries = kTries;
  options.lookups = dns_only;
  options.resolvconf_path = path.data();
  options.qcache_max_ttl = 0;  // its size has no bound
  options.sock_state_cb = Callbacks::on_socket;
  options.sock_state_cb_data = this;
  const int mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_MAXTIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS |
                   ARES_OPT_RESOLVCONF | ARES_OPT_QUERY_CACHE | ARES_OPT_SOCK_STATE_CB;
  const int status = ares_init_options(&channel_, &options, mask);
  if (status == ARES_SUCCESS) return {};
  channel_ = nullptr;
  return std::unexpected(open_error(status));
}

base::Result<void> Dns::reload() {
  const int status = ares_reinit(channel_);
  if (status != ARES_SUCCESS) return std::unexpected(open_error(status));
  return {};
}

bool Dns::ask(std::string_view name, int family) {
  Question* free = nullptr;
  for (Question& question : questions_) {
    if (!question.under_way) {
      free = &question;
    } else if (question.family == family && question.name == name) {
      return true;
    }
  }
  if (free == nullptr) return false;
  free->owner = this;
  free->name = DnsName(name);
  free->family = family;
  free->under_way = true;
  ares_addrinfo_hints hints{};
  hints.ai_family = family;
  hints.ai_flags = ARES_AI_NOSORT;
  ares_getaddrinfo(channel_, free->name.c_str(), nullptr, &hints, Callbacks::on_answer, free);
  return true;
}

void Dns::process(int fd, bool readable, bool writable) {
  ares_process_fd(channel_, readable ? fd : ARES_SOCKET_BAD, writable ? fd : ARES_SOCKET_BAD);
}

std::optional<base::Duration> Dns::next_timeout() const {
  timeval wait{};
  if (channel_ == nullptr || ares_timeout(channel_, nullptr, &wait) == nullptr) return std::nullopt;
  return std::chrono::seconds(wait.tv_sec) + std::chrono::microseconds(wait.tv_usec);
}

std::string_view Dns::version() { return ares_version(nullptr); }

}  // namespace lib

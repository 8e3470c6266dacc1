// SPDX-License-Identifier: MIT
#include "net/resolver.h"

#include <sys/stat.h>

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "net/hosts_file.h"

namespace net {
namespace {

lib::DnsName in_lower_case(std::string_view name) {
  char lower[lib::DnsName::capacity()];
  const std::size_t length = std::min(name.size(), sizeof lower);
  for (std::size_t i = 0; i < length; ++i) {
    lower[i] = name[i] >= 'A' && name[i] <= 'Z' ? static_cast<char>(name[i] - 'A' + 'a') : name[i];
  }
  lib::DnsName result(std::string_view(lower, length));
  result.append(name.substr(length));
  return result;
}

const char* explain(lib::DnsStatus status) {
  switch (status) {
    case lib::DnsStatus::kNoSuchName:
      return "there is no such name";
    case lib::DnsStatus::kFound:
    case lib::DnsStatus::kNoAddress:
      return "it has no address";
    case lib::DnsStatus::kBadName:
      return "it is not a host name";
    case lib::DnsStatus::kServerFailed:
      return "the DNS server could not answer";
    case lib::DnsStatus::kNoAnswer:
      break;
  }
  return "no DNS server answered";
}

}  // namespace

Resolver::Resolver(event::Loop& loop, ResolverFiles files)
    : loop_(loop),
      files_(std::move(files)),
      retry_timer_(loop, "DNS retry", base::Callback<>::to<&Resolver::on_retry_time>(*this)),
      sockets_{Socket(*this), Socket(*this), Socket(*this), Socket(*this), Socket(*this), Socket(*this)},
      dns_(base::Callback<const lib::DnsSocket&>::to<&Resolver::on_socket>(*this),
           base::Callback<const lib::DnsAnswer&>::to<&Resolver::on_answer>(*this)) {}

Resolver::~Resolver() = default;

void Resolver::distrust(std::string_view name) { cache_.expire(in_lower_case(name)); }

AddressList Resolver::known_without_asking(std::string_view name) {
  AddressList known;
  if (const auto literal = base::IpAddress::parse(name)) {
    known.add(*literal);
    return known;
  }
  known = read_hosts(files_.hosts.c_str(), name);
  if (known.empty() && is_localhost(name)) {
    known.add(*base::IpAddress::parse("127.0.0.1"));
    known.add(*base::IpAddress::parse("::1"));
  }
  return known.empty() ? cache_.fresh(name, loop_.clock().steady_now()) : known;
}

base::Result<void> Resolver::ask(Lookup& lookup) {
  if (auto ready = open_or_reload(); !ready) return ready;
  add(lookup);
  const bool asked_v4 = dns_.ask(lookup.name_, AF_INET);
  const bool asked_v6 = dns_.ask(lookup.name_, AF_INET6);
  arm_retry_timer();
  if (!asked_v4) return std::unexpected(base::Error("too many names are asked for at once"));
  if (!asked_v6) lookup.v6_.status = lib::DnsStatus::kNoAddress;
  return {};
}

base::Result<void> Resolver::open_or_reload() {
  struct stat file {};
  FileMark mark;
  if (::stat(files_.resolv_conf.c_str(), &file) == 0) {
    mark = {.inode = file.st_ino, .size = file.st_size, .modified = file.st_mtim};
  }
  const bool same = mark.inode == resolv_conf_mark_.inode && mark.size == resolv_conf_mark_.size &&
                    mark.modified.tv_sec == resolv_conf_mark_.modified.tv_sec &&
                    mark.modified.tv_nsec == resolv_conf_mark_.modified.tv_nsec;
  resolv_conf_mark_ = mark;
  if (!dns_.is_open()) return dns_.open(files_.resolv_conf.c_str());
  return same ? base::Result<void>() : dns_.reload();
}

void Resolver::add(Lookup& lookup) {
  lookup.next_ = std::exchange(first_lookup_, &lookup);
  lookup.waiting_ = true;
}

void Resolver::remove(Lookup& lookup) {
  Lookup** place = &first_lookup_;
  while (*place != &lookup) place = &(*place)->next_;
  *place = std::exchange(lookup.next_, nullptr);
  lookup.waiting_ = false;
}

void Resolver::on_socket(const lib::DnsSocket& socket) {
  const auto with_fd = [this](int fd) {
    return std::ranges::find_if(sockets_, [fd](const Socket& place) { return place.watch.fd() == fd; });
  };
  auto place = with_fd(socket.fd);
  if (!socket.want_read && !socket.want_write) {
    if (place != sockets_.end()) place->watch.cancel();
    return;
  }
  const auto events = static_cast<short>((socket.want_read ? POLLIN : 0) | (socket.want_write ? POLLOUT : 0));
  if (place != sockets_.end()) {
    place->watch.set_events(events);
    return;
  }
  place = with_fd(-1);
  if (place == sockets_.end()) return;
  if (const auto watched = place->watch.watch(socket.fd, events); !watched)
    base::log::warn("DNS: %s", watched.error().c_str());
}

void Resolver::Socket::on_ready(short events) {
  const bool failed = (events & (POLLERR | POLLHUP | POLLNVAL)) != 0;
  owner.dns_.process(watch.fd(), failed || (events & POLLIN) != 0, failed || (events & POLLOUT) != 0);
  owner.arm_retry_timer();
}

void Resolver::on_retry_time() {
  dns_.process(-1, false, false);
  arm_retry_timer();
}

void Resolver::arm_retry_timer() {
  if (const auto wait = dns_.next_timeout()) {
    retry_timer_.arm_after(*wait);
  } else {
    retry_timer_.cancel();
  }
}

// Some servers say "no such name" when only the IPv6 address is missing: a family never speaks for the other. An
// answer that comes after its lookup has ended is not lost: the next lookup finds it in the cache.
void Resolver::on_answer(const lib::DnsAnswer& answer) {
  if (answer.status == lib::DnsStatus::kFound) {
    cache_.put(answer.name, answer.family, answer.addresses, answer.ttl, loop_.clock().steady_now());
  } else if (answer.status == lib::DnsStatus::kNoSuchName || answer.status == lib::DnsStatus::kNoAddress) {
    cache_.forget(answer.name, answer.family);
  }
  for (Lookup* lookup = first_lookup_; lookup != nullptr; lookup = lookup->next_) {
    if (lookup->name_ == answer.name) lookup->on_answer(answer);
  }
}

Lookup::Lookup(Resolver& resolver, OnDone on_done)
    : resolver_(resolver),
      on_done_(on_done),
      timer_(resolver.loop_, "name lookup", base::Callback<>::to<&Lookup::on_time>(*this)) {}

void Lookup::start(std::string_view name, base::SteadyTime deadline) {
  only_servers_ = false;
  begin(name, deadline);
}

void Lookup::ask_servers(std::string_view name, base::SteadyTime deadline) {
  only_servers_ = true;
  begin(name, deadline);
}

void Lookup::begin(std::string_view name, base::SteadyTime deadline) {
  cancel();
  name_ = in_lower_case(name);
  v6_ = v4_ = {};
  failure_.reset();
  timer_.arm_at(deadline);
  if (name_.empty() || name_.truncated()) {
    failure_ = error(explain(lib::DnsStatus::kBadName));
    return finish_within({});
  }
  if (!only_servers_) v4_.addresses = resolver_.known_without_asking(name_);
  asked_ = v4_.addresses.empty();
  if (!asked_) return finish_within({});
  const AddressList last_good = resolver_.cache_.last_good(name_, resolver_.loop_.clock().steady_now());
  if (!only_servers_ && !last_good.empty()) finish_within(kBeforeLastGood);
  if (const auto asked = resolver_.ask(*this); !asked) {
    failure_ = error(asked.error().c_str());
    finish_within({});
  }
}

void Lookup::cancel() {
  timer_.cancel();
  if (waiting_) resolver_.remove(*this);
}

void Lookup::on_answer(const lib::DnsAnswer& answer) {
  Family& family = answer.family == AF_INET6 ? v6_ : v4_;
  family.status = answer.status;
  family.addresses = AddressList(answer.addresses);
  if (v6_.status && v4_.status) {
    finish_within({});
  } else if (!family.addresses.empty()) {
    finish_within(kSecondFamily);
  }
}

void Lookup::finish_within(base::Duration delay) {
  timer_.arm_at(std::min(timer_.when(), resolver_.loop_.clock().steady_now() + delay));
}

void Lookup::on_time() {
  cancel();
  const base::Result<AddressList> done = result();
  on_done_(done);
}

base::Result<AddressList> Lookup::result() const {
  if (failure_) return std::unexpected(*failure_);
  const AddressList found = AddressList::by_turns(v6_.addresses.span(), v4_.addresses.span());
  if (!found.empty()) return found;
  if (only_servers_) return std::unexpected(error(explain(v4_.status.value_or(lib::DnsStatus::kNoAnswer))));
  // A family that is known to be gone is no longer among these.
  const AddressList last_good = resolver_.cache_.last_good(name_, resolver_.loop_.clock().steady_now());
  if (!last_good.empty()) return last_good;
  lib::DnsStatus why = v4_.status.value_or(lib::DnsStatus::kNoAnswer);
  if (why == lib::DnsStatus::kNoAddress) why = v6_.status.value_or(lib::DnsStatus::kNoAnswer);
  return std::unexpected(error(explain(why)));
}

base::Error Lookup::error(const char* why) const {
  constexpr std::size_t kShown = 100;  // so that the reason is not what gets cut
  const char* const cut = name_.size() > kShown ? "…" : "";
  return base::Error::format("the name %.*s%s cannot be resolved: %s", static_cast<int>(kShown), name_.c_str(), cut,
                             why);
}

}  // namespace net

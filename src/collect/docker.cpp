// SPDX-License-Identifier: MIT
#include "collect/docker.h"

#include <algorithm>
#include <cerrno>

#include "rules/backoff.h"

namespace collect {
namespace {

using rules::DockerQuery;
using rules::JsonShape;

// A socket on this box costs next to nothing to try.
constexpr base::Duration kLongestWait = std::chrono::seconds(30);

}  // namespace

Docker::Docker(event::Loop& loop, DockerGate& events_gate, DockerGate& query_gate, rules::ContainerWatch& watch,
               base::Callback<> on_heard)
    : loop_(loop),
      watch_(watch),
      on_heard_(on_heard),
      timer_(loop, "Docker", base::Callback<>::to<&Docker::on_time>(*this)),
      events_(loop, events_gate, kEventMembers, base::Callback<>::to<&Docker::on_events_begin>(*this),
              DockerStream::OnElement::to<&Docker::on_event>(*this),
              DockerStream::OnEnd::to<&Docker::on_events_end>(*this)),
      query_(loop, query_gate, kAnswerMembers, {}, DockerStream::OnElement::to<&Docker::on_element>(*this),
             DockerStream::OnEnd::to<&Docker::on_answer>(*this)) {}

void Docker::start(std::string_view socket_path, std::chrono::seconds check_interval) {
  events_.cancel();
  query_.cancel();
  timer_.cancel();
  socket_path_ = socket_path;
  check_interval_ = check_interval;
  phase_ = Phase::kAway;
  failures_ = 0;
  status_ = {};
  if (!socket_path_.empty()) return ask_version();
  status_.known = true;
  status_.reason = "[docker] socket is empty";
}

void Docker::on_time() {
  if (phase_ == Phase::kAway) return ask_version();
  if (phase_ != Phase::kOpen) return;
  failures_ = 0;
  ask_list();
}

void Docker::on_cycle(base::Duration until_next) {
  if (!timer_.armed() || timer_.when() - loop_.clock().steady_now() >= until_next) return;
  timer_.cancel();
  on_time();
}

void Docker::ask_version() {
  phase_ = Phase::kAsking;
  element_read_ = false;
  api_ = 0;
  query_.start({.query = DockerQuery::kVersion}, JsonShape::kOne, kTimeout);
}

void Docker::ask_list() {
  phase_ = Phase::kListing;
  watch_.begin_list();
  query_.start({.query = DockerQuery::kList, .api_minor = api_}, JsonShape::kArray, kTimeout);
}

void Docker::look_at_next() {
  const auto id = watch_.take_to_inspect();
  if (!id) return become_open();
  inspected_ = *id;
  element_read_ = false;
  query_.start({.query = DockerQuery::kInspect, .api_minor = api_, .container = inspected_}, JsonShape::kOne,
               kInspectTimeout);
}

void Docker::become_open() {
  if (phase_ == Phase::kLooking) {
    watch_.on_synced();
    timer_.arm_after(check_interval_);
    on_heard_();
  }
  phase_ = Phase::kOpen;
}

void Docker::on_events_begin() { ask_list(); }

void Docker::on_event(const rules::JsonElement& element) {
  ++status_.events;
  const auto event = parse_container_event(json_, element.text);
  if (!event) {
    ++status_.skipped;
    return;
  }
  watch_.on_event(*event, loop_.clock().steady_now());
  on_heard_();
  if (phase_ == Phase::kOpen && !query_.busy()) look_at_next();
}

// They never end while all is well: the engine stops, or is no engine.
void Docker::on_events_end(const DockerEnd& end) {
  if (end.status == 200 && end.sound) return fail("Docker ended its events: it stops, or was stopped");
  fail(end, "its events");
}

void Docker::on_element(const rules::JsonElement& element) {
  const base::SteadyTime now = loop_.clock().steady_now();
  element_read_ = false;
  if (phase_ == Phase::kAsking) {
    const auto version = parse_docker_version(json_, element.text);
    if (!version) return;
    element_read_ = true;
    status_.version = version->engine;
    api_ = rules::choose_docker_api(version->oldest_api, version->api).value_or(0);
  } else if (phase_ == Phase::kListing) {
    const auto listed = parse_listed_container(json_, element.text);
    if (listed) return watch_.on_listed(*listed);
    ++status_.skipped;
  } else if (const auto facts = parse_container_facts(json_, element.text, loop_.clock().wall_now())) {
    element_read_ = true;
    watch_.on_facts(*facts, now);
  }
}

void Docker::on_answer(const DockerEnd& end) {
  switch (phase_) {
    case Phase::kAsking:
      return on_version(end);
    case Phase::kListing:
      return on_list(end);
    default:
      return on_inspected(end);
  }
}

void Docker::on_version(const DockerEnd& end) {
  if (!end.whole || !element_read_) return fail(end, "its version");
  if (api_ == 0) return fail("this Docker is too old: its API has to be 1.25 or newer");
  phase_ = Phase::kOpening;
  events_.start({.query = DockerQuery::kEvents, .api_minor = api_}, JsonShape::kSequence, kTimeout);
}

void Docker::on_list(const DockerEnd& end) {
  if (!end.whole) return fail(end, "its list of containers");
  ++status_.lists;
  status_.listed_at = loop_.clock().steady_now();
  watch_.end_list(status_.listed_at);
  status_.known = true;
  status_.answers = true;
  status_.reason.clear();
  phase_ = Phase::kLooking;
  on_heard_();
  look_at_next();
}

// One that is gone by now is no trouble: the engine tells of its end. Nor is one that the engine has trouble with, or
// tells too much of: then that one is unknown.
void Docker::on_inspected(const DockerEnd& end) {
  const bool gone = end.status == 404;
  const bool one_alone =
      (end.whole && !element_read_) || (end.status != 0 && end.status != 200) || end.error.code() == ETIMEDOUT;
  if (!end.whole && !gone && !one_alone) return fail(end, "what it knows of a container");
  if (!gone && one_alone) {
    ++status_.skipped;
    watch_.on_unreadable(inspected_, loop_.clock().steady_now());
  }
  on_heard_();
  look_at_next();
}

void Docker::fail(const DockerEnd& end, const char* expected) {
  base::FixedString<191> reason;
  const char* const path = socket_path_.c_str();
  const int code = end.error.code();
  if (end.status != 0 && end.status != 200) {
    reason.appendf("Docker answered %u instead of %s", unsigned{end.status}, expected);
  } else if (!end.sound || (end.whole && !element_read_)) {
    reason.appendf("what Docker answered is not %s", expected);
  } else if (code == ENOENT || code == ENOTDIR) {
    reason.appendf("there is no %s: Docker is not installed or not started", path);
  } else if (code == ECONNREFUSED) {
    reason.appendf("nobody listens at %s: Docker is not running", path);
  } else if (code == EACCES || code == EPERM) {
    reason.appendf("permission denied for %s: add the user to the group docker", path);
  } else if (code == ETIMEDOUT) {
    reason.appendf("Docker did not answer within %lld s", static_cast<long long>(kTimeout.count()));
  } else {
    reason.append("Docker: ").append(end.error.text());
  }
  fail(reason.view());
}

void Docker::fail(std::string_view reason) {
  events_.cancel();
  query_.cancel();
  ++status_.failures;
  if (status_.answers) ++status_.gaps;
  status_.known = true;
  status_.answers = false;
  status_.reason.clear();
  status_.reason.append(reason);
  phase_ = Phase::kAway;
  const auto random = static_cast<std::uint32_t>(loop_.clock().steady_now().time_since_epoch().count());
  timer_.arm_after(std::min(kLongestWait, rules::Backoff::delay(++failures_, random, std::nullopt)));
  on_heard_();
}

}  // namespace collect

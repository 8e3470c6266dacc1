// SPDX-License-Identifier: MIT
#include "app/command_run.h"

#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "base/json_string.h"
#include "base/limits.h"
#include "base/version.h"
#include "os/child_process.h"
#include "os/host_name.h"
#include "rules/iso_time.h"

namespace app {
namespace {

using rules::ConchMessage;
using rules::ConchTopic;

constexpr int kNotFound = 127;
constexpr int kNotRunnable = 126;
constexpr int kSignalBase = 128;
constexpr std::array kSignals = {SIGCHLD, SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGUSR1, SIGUSR2};
// A signal to the whole process group reaches the child as well: when it ends by that, nothing is handed on.
constexpr std::chrono::milliseconds kHandOnAfter{10};
constexpr std::chrono::milliseconds kFarewellLook{50};

bool interrupts(int number) { return number == SIGINT || number == SIGQUIT || number == SIGTERM; }

std::string joined(const char* const* argv) {
  std::string text;
  for (const char* const* word = argv; *word != nullptr; ++word) {
    if (word != argv) text += ' ';
    text += *word;
  }
  return text;
}

// So that a payload has room for it, escaped, and for everything else.
void cut_for_payload(std::string& text) {
  std::array<char, base::limits::kMqttPayloadBytes / 2> room;
  for (;;) {
    base::TextWriter escaped(room);
    base::append_json_string(escaped, text);
    if (!escaped.overflowed()) return;
    text.resize(base::utf8_cut(text, std::min(room.size(), text.size() - text.size() / 8)));
  }
}

std::chrono::seconds utc_offset(base::WallTime time) {
  const time_t seconds = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
  tm local{};
  ::localtime_r(&seconds, &local);
  return std::chrono::seconds(local.tm_gmtoff);
}

// A place where libmosquitto's socket can be for a moment.
std::string temporary_folder() {
  const char* const named = ::getenv("TMPDIR");
  return named != nullptr && ::access(named, W_OK | X_OK) == 0 ? named : "/tmp";
}

}  // namespace

CommandRun::CommandRun(CommandRunInput input)
    : input_(std::move(input)),
      loop_(clock_),
      signals_(loop_, base::Callback<const event::Signal&>::to<&CommandRun::on_signal>(*this)),
      hand_on_timer_(loop_, "handing on a signal", base::Callback<>::to<&CommandRun::hand_on>(*this)),
      farewell_timer_(loop_, "waiting for the broker", base::Callback<>::to<&CommandRun::on_farewell>(*this)),
      resolver_(loop_),
      tls_(clock_, lib::TlsUse::kOther),
      session_(loop_, resolver_, tls_,
               {.on_message = {},
                .on_published = base::Callback<int>::to<&CommandRun::on_published>(*this),
                .on_welcome = base::Callback<>::to<&CommandRun::publish_next>(*this)}) {}

int CommandRun::run() {
  start_command();
  start_session();
  if (start_problem_) {
    ConchMessage failed = message(ConchTopic::kError);
    failed.error = start_problem_->text();
    tell(failed);
    ended_ = true;
    farewell_end_ = clock_.steady_now() + kLongestFarewell;
    on_farewell();
  } else {
    ConchMessage started = message(ConchTopic::kStart);
    started.pid = child_;
    tell(started);
    look_at_child();
  }
  loop_.run();
  if (confirmed_ < told_ && untold_.empty()) {
    const base::FixedString<base::Error::kMaxText> problem = session_.health().problem;
    untold_ = problem.empty() ? std::string_view("it did not answer in time") : problem.view();
  }
  session_.stop();
  return exit_status_;
}

// Signals wait from before the start on, so that none is lost; the child gets the mask that this process came with.
void CommandRun::start_command() {
  sigset_t ours;
  sigset_t before;
  sigemptyset(&ours);
  for (const int number : kSignals) sigaddset(&ours, number);
  ::sigprocmask(SIG_BLOCK, &ours, &before);
  ::signal(SIGCHLD, SIG_DFL);
  auto child = os::start_child(input_.argv, before);
  started_at_ = clock_.steady_now();
  if (child) {
    child_ = *child;
  } else {
    exit_status_ = child.error().code() == ENOENT ? kNotFound : kNotRunnable;
    start_problem_ = child.error();
  }
  if (auto opened = signals_.open(kSignals); !opened) untold_ = opened.error().text();
}

void CommandRun::start_session() {
  const config::Settings& settings = input_.settings;
  (void)timezone_.set(settings.timezone);
  const std::string host = settings.host_name.empty() ? os::host_name() : settings.host_name;
  const std::string pid = std::to_string(::getpid());
  command_ = input_.name.empty() ? joined(input_.argv) : std::string(input_.name);
  cut_for_payload(command_);
  client_id_ = host + "_" + pid;
  if (settings.mqtt_broker.empty()) return;
  tls_.configure(settings.mqtt_ca_file.empty() ? settings.ca_file : settings.mqtt_ca_file);
  tls_.set_not_before(base::kBuiltAfter);
  net::MqttSettings session;
  session.host = settings.mqtt_broker;
  session.port = static_cast<std::uint16_t>(settings.mqtt_port);
  session.tls = settings.mqtt_tls;
  session.client = {.folder = temporary_folder(),
                    .client_id = "limpet-run-" + host + "-" + pid,
                    .username = settings.mqtt_username,
                    .password = settings.mqtt_password,
                    .keepalive = settings.mqtt_keepalive,
                    .clean_session = true,
                    .will_topic = {},
                    .will_payload = {}};
  session_.start(session);
}

void CommandRun::on_signal(const event::Signal& signal) {
  if (interrupts(signal.number)) interrupted_ = true;
  if (signal.number == SIGCHLD) return look_at_child();
  if (signal.by_kernel || ended_ || signal.sender == child_) return;
  if (signal.number == SIGCONT) {
    ::kill(child_, SIGCONT);
    return;
  }
  hand_on();
  to_hand_on_ = signal.number;
  hand_on_timer_.arm_after(kHandOnAfter);
}

void CommandRun::hand_on() {
  look_at_child();
  if (to_hand_on_ != 0 && !ended_) ::kill(child_, to_hand_on_);
  to_hand_on_ = 0;
}

void CommandRun::look_at_child() {
  int status = 0;
  while (!ended_ && ::waitpid(child_, &status, WNOHANG | WUNTRACED) == child_) {
    if (!WIFSTOPPED(status)) return on_end(status);
    const int by = WSTOPSIG(status);
    if (by == SIGTSTP || by == SIGTTIN || by == SIGTTOU) ::raise(SIGSTOP);
  }
}

void CommandRun::on_end(int wait_status) {
  ended_ = true;
  const bool killed = WIFSIGNALED(wait_status);
  exit_status_ = killed ? kSignalBase + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
  const bool interrupted =
      killed ? interrupts(WTERMSIG(wait_status)) || WTERMSIG(wait_status) == SIGHUP : interrupted_ && exit_status_ != 0;
  ConchMessage ending = message(interrupted ? ConchTopic::kInterrupt : ConchTopic::kComplete);
  ending.duration_s = std::chrono::duration<double>(clock_.steady_now() - started_at_).count();
  ending.return_code = exit_status_;
  ending.failed = exit_status_ != 0;
  tell(ending);
  farewell_end_ = clock_.steady_now() + kLongestFarewell;
  on_farewell();
}

void CommandRun::tell(const ConchMessage& message) {
  if (input_.settings.mqtt_broker.empty()) return;
  std::array<char, base::limits::kMqttPayloadBytes> room;
  base::TextWriter payload(room);
  const base::WallTime now = clock_.wall_now();
  rules::write_conch_payload(message, rules::iso_time(now, utc_offset(now)), payload);
  Telling& telling = tellings_[told_++];
  telling.topic = input_.settings.mqtt_topic_prefix;
  telling.topic.append("/").append(rules::conch_topic_name(message.topic));
  telling.payload = payload.view();
  publish_next();
}

// One at a time: with two under way libmosquitto may send the later one first after it had to connect again.
void CommandRun::publish_next() {
  if (published_ == told_ || published_ > confirmed_) return;
  if (session_.health().state != net::MqttHealth::State::kConnected) return;
  const Telling& telling = tellings_[published_];
  if (auto number = session_.publish(telling.topic, telling.payload); !number) {
    untold_ = number.error().text();
    return;
  }
  ++published_;
}

void CommandRun::on_published(int /*number*/) {
  ++confirmed_;
  if (ended_ && confirmed_ == told_) return loop_.stop();
  publish_next();
}

// A broker that never was there is not waited for; one that knows of the start may be back in a moment.
void CommandRun::on_farewell() {
  const bool away = session_.health().state == net::MqttHealth::State::kWaiting && confirmed_ == 0;
  if (confirmed_ == told_ || away || clock_.steady_now() >= farewell_end_) return loop_.stop();
  farewell_timer_.arm_after(kFarewellLook);
}

ConchMessage CommandRun::message(ConchTopic topic) const {
  ConchMessage message;
  message.topic = topic;
  message.client_id = client_id_;
  message.command = command_;
  return message;
}

}  // namespace app

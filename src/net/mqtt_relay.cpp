// SPDX-License-Identifier: MIT
#include "net/mqtt_relay.h"

#include <poll.h>

#include <utility>

#include "base/log.h"
#include "rules/text_cut.h"

namespace net {
namespace {

using Verdict = rules::MqttInspector::Verdict;
using Io = base::IoResult::State;

constexpr std::string_view kPingreq("\xC0\x00", 2);
// As long as an acknowledgement can be: libmosquitto adds nothing to the four bytes that it has to have.
constexpr std::size_t kAnswerBytes = 4;
// The library's answers wait in a socket meanwhile, each of which costs the kernel some hundred bytes.
constexpr unsigned kGivenBeforeTaking = 32;

}  // namespace

MqttRelay::MqttRelay(event::Loop& loop, lib::Mqtt& mqtt, OnEnd on_end)
    : loop_(loop),
      mqtt_(mqtt),
      on_end_(on_end),
      watch_(loop, "MQTT broker", base::Callback<short>::to<&MqttRelay::on_ready>(*this)),
      again_timer_(loop, "MQTT broker", base::Callback<>::to<&MqttRelay::work>(*this)) {}

base::Result<void> MqttRelay::start(Connection connection) {
  stop();
  if (auto watched = watch_.watch(connection.fd.get(), POLLIN); !watched) return watched;
  connection_ = std::move(connection);
  inspector_.start(mqtt_.version());
  last_sent_ = last_received_ = loop_.clock().steady_now();
  flush();
  if (connection_.pending()) again_timer_.arm_after({});
  return {};
}

void MqttRelay::stop() {
  watch_.cancel();
  again_timer_.cancel();
  connection_.close();
  received_.clear();
  from_library_.clear();
  outgoing_.clear();
  held_.clear();
  released_ = 0;
  offered_ = 0;
  given_ = 0;
  waits_for_disk_ = read_wants_write_ = write_wants_read_ = false;
}

void MqttRelay::end(const base::Error& error) {
  const base::Error why = error;
  stop();
  on_end_(why);
}

void MqttRelay::on_ready(short events) {
  // Nothing is read while the disk is waited for, so the end would be told again and again.
  if (waits_for_disk_ && (events & (POLLERR | POLLHUP)) != 0) {
    return end(base::Error("the broker closed the connection"));
  }
  work();
}

void MqttRelay::work() {
  if (!send()) return;
  unsigned packets = 0;
  unsigned reads = 0;
  while (true) {
    const Progress progress = hand_on(packets);
    if (progress == Progress::kEnded) return;
    waits_for_disk_ = progress == Progress::kWaitsForDisk;
    const bool over = progress == Progress::kTurnIsOver || reads == kReadsATurn;
    if (over) again_timer_.arm_after({});
    if (over || waits_for_disk_) break;
    ++reads;
    if (!receive()) break;
  }
  if (running()) flush();
}

// False: nothing more came for now, or the connection is gone.
bool MqttRelay::receive() {
  const std::span<char> room = received_.room();
  const base::IoResult got = connection_.read(room);
  read_wants_write_ = got.state == Io::kWantWrite;
  switch (got.state) {
    case Io::kDone:
      received_.add(got.bytes);
      last_received_ = loop_.clock().steady_now();
      return true;
    case Io::kClosed:
      end(base::Error("the broker closed the connection"));
      return false;
    case Io::kFailed:
      end(connection_.error("read from the broker"));
      return false;
    default:
      return false;
  }
}

MqttRelay::Progress MqttRelay::hand_on(unsigned& packets) {
  while (true) {
    if (packets == kPacketsATurn) return Progress::kTurnIsOver;
    if (!has_room_for_answers()) return Progress::kWaitsForDisk;
    const rules::MqttInspector::Finding finding = inspector_.next(received_.view());
    switch (finding.verdict) {
      case Verdict::kIncomplete:
        return Progress::kNeedsMore;
      case Verdict::kMalformed:
        end(base::Error(
            "what answers there speaks no MQTT: maybe it is another port, or [mqtt] tls is not set as it is there"));
        return Progress::kEnded;
      case Verdict::kPass:
        if (!give(received_.view().substr(0, finding.bytes))) return Progress::kEnded;
        ++packets;
        break;
      case Verdict::kDrop:
        if (!finding.dropped) break;
        // Behind the answers to what came before: section 4.6 wants them in that order.
        take_from_library();
        held_.append(finding.answer.view());
        note_dropped();
        ++packets;
        break;
    }
    received_.remove(finding.bytes);
  }
}

void MqttRelay::note_dropped() {
  ++dropped_;
  const base::SteadyTime now = loop_.clock().steady_now();
  if (dropped_told_ > 0 && now - dropped_told_at_ < kBetweenDropped) return;
  const std::uint64_t count = dropped_ - dropped_told_;
  const auto topic = rules::one_line<63>(inspector_.dropped_topic());
  base::log::warn("MQTT: %llu message%s not taken, the last on %s: over %zu KiB",
                  static_cast<unsigned long long>(count), count == 1 ? "" : "s", topic.c_str(),
                  base::limits::kMqttPayloadBytes / base::limits::kKib);
  dropped_told_ = dropped_;
  dropped_told_at_ = now;
}

bool MqttRelay::give(std::string_view packet) {
  giving_ = true;
  const auto given = mqtt_.give(packet);
  giving_ = false;
  ++given_;
  if (given) return true;
  end(given.error());
  return false;
}

// For the answer to one packet more, besides those that wait in the library.
bool MqttRelay::has_room_for_answers() {
  if (given_ >= kGivenBeforeTaking) take_from_library();
  if (held_.free() >= (given_ + 1) * kAnswerBytes) return true;
  take_from_library();
  return held_.free() >= kAnswerBytes;
}

void MqttRelay::take_from_library() {
  given_ = 0;
  while (true) {
    const std::size_t taken = mqtt_.take(from_library_.room());
    from_library_.add(taken);
    sort();
    if (taken == 0) return;
  }
}

// Acknowledgements to where they are held, everything else to where it goes out, as long as there is room.
void MqttRelay::sort() {
  while (true) {
    const rules::MqttHeader header = rules::parse_mqtt_header(from_library_.view());
    const std::size_t size = header.packet_bytes();
    if (header.state != rules::MqttHeader::State::kComplete || from_library_.size() < size) return;
    const std::string_view packet = from_library_.view().substr(0, size);
    if (!(rules::is_mqtt_acknowledgement(header.type) ? held_.append(packet) : outgoing_.append(packet))) return;
    from_library_.remove(size);
  }
}

void MqttRelay::flush() {
  if (!running() || giving_) return;
  take_from_library();
  if (send()) update_events();
}

void MqttRelay::release() {
  if (!running()) return;
  released_ = held_.size();
  if (!send()) return;
  if (std::exchange(waits_for_disk_, false)) again_timer_.arm_after({});
  update_events();
}

// Without room for it the broker has not taken anything for long, and will not answer.
void MqttRelay::ping() {
  outgoing_.append(kPingreq);
  flush();
}

// Whole packets only: others may come between them.
void MqttRelay::let_go() {
  while (released_ > 0) {
    const std::string_view packet = held_.view().substr(0, rules::parse_mqtt_header(held_.view()).packet_bytes());
    if (!outgoing_.append(packet)) return;
    released_ -= packet.size();
    held_.remove(packet.size());
  }
}

// False: the connection is gone.
bool MqttRelay::send() {
  while (true) {
    sort();
    let_go();
    write_wants_read_ = false;
    if (outgoing_.empty()) return true;
    if (offered_ == 0) offered_ = outgoing_.size();
    const base::IoResult wrote = connection_.write(outgoing_.view().substr(0, offered_));
    switch (wrote.state) {
      case Io::kDone:
        offered_ = 0;
        outgoing_.remove(wrote.bytes);
        last_sent_ = loop_.clock().steady_now();
        break;
      case Io::kWantRead:
        write_wants_read_ = true;
        return true;
      case Io::kWantWrite:
        return true;
      default:
        end(connection_.error("write to the broker"));
        return false;
    }
  }
}

void MqttRelay::update_events() {
  const bool reads = !waits_for_disk_ || write_wants_read_;
  const bool writes = read_wants_write_ || (!outgoing_.empty() && !write_wants_read_);
  watch_.set_events(static_cast<short>((reads ? POLLIN : 0) | (writes ? POLLOUT : 0)));
}

}  // namespace net

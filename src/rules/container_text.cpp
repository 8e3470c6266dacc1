// SPDX-License-Identifier: MIT
#include "rules/container_text.h"

#include <utility>

namespace rules {
namespace {

using base::TextWriter;
using enum ContainerState;

// What has to follow the names of a text that holds many.
constexpr std::size_t kAfterNames = 160;
constexpr std::size_t kNamesEnd = 3000;

TextWriter& line(TextWriter& out, std::string_view label, std::string_view value) {
  if (out.size() > 0) out.append("\n");
  return out.append(label).append(": ").append(value);
}

void state_line(TextWriter& out, std::string_view label, ContainerState state, bool crashed) {
  const StateWords words = state_words(state, crashed);
  line(out, label, words.sign).append(" ").append(words.word);
}

void write_counts(const ContainerCounts& counts, TextWriter& out) {
  out.appendf("🟢 Running: %u\n🔴 Stopped: %u\n🟡 Restarting: %u", counts.running, counts.stopped,
              counts.restarting);
}

void write_change(const ContainerNews& news, TextWriter& out) {
  const ContainerMemory& now = news.container->kept;
  line(out, "Service", now.name);
  state_line(out, "Previous Status", news.before, news.crashed_before);
  state_line(out, "Current Status", now.state, now.crashed);
  line(out, "Restart Count", "").appendf("%u", now.restarts);
}

void write_health(const Container& container, TextWriter& out) {
  line(out, "Health", container.health == ContainerHealth::kUnhealthy ? "🏥 " : "")
      .append(health_word(container.health));
}

void write_started(const ContainerNews& news, const ContainerWatch& watch, TextWriter& out) {
  if (news.container != nullptr) {
    line(out, "Service", news.container->kept.name);
    // Also of one that has ended since: its stop follows.
    state_line(out, "Status", kRunning, false);
    line(out, "Container ID", id_word(news.container->kept));
    return;
  }
  unsigned left = 0;
  std::string_view before = "Services: ";
  for (const Container& container : watch.containers()) {
    if (!container.folded) continue;
    if (out.size() + container.kept.name.size() > kNamesEnd) {
      ++left;
      continue;
    }
    out.append(before).append(container.kept.name);
    before = ", ";
  }
  if (left > 0) out.appendf(" and %u more", left);
  state_line(out, "Status", kRunning, false);
}

void write_held(std::uint32_t more, base::Duration cooldown, TextWriter& out) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(cooldown).count();
  const bool minutes = seconds % 60 == 0;
  const long long count = minutes ? seconds / 60 : seconds;
  out.appendf("\n\n(%u more change%s in the last %lld %s%s)", more, more == 1 ? "" : "s", count,
              minutes ? "minute" : "second", count == 1 ? "" : "s");
}

}  // namespace

StateWords state_words(ContainerState state, bool crashed) {
  switch (state) {
    case kRunning:
      return {"🟢", "Running"};
    case kRestarting:
      return {"🟡", "Restarting"};
    case kPaused:
      return {"⏸️", "Paused"};
    case kExited:
      if (crashed) return {"💀", "Exited"};
      [[fallthrough]];
    case kStopped:
      return {"🔴", "Stopped"};
    case kUnknown:
      break;
  }
  return {"❓", "Unknown"};
}

std::string_view health_word(ContainerHealth health) {
  switch (health) {
    case ContainerHealth::kStarting:
      return "Starting";
    case ContainerHealth::kHealthy:
      return "Healthy";
    case ContainerHealth::kUnhealthy:
      return "Unhealthy";
    case ContainerHealth::kNone:
      break;
  }
  return "Unknown";
}

std::string_view id_word(const ContainerMemory& container) {
  return container.id.empty() ? std::string_view("N/A") : container.id.view();
}

void write_container_news(const ContainerNews& news, const ContainerWatch& watch, base::Duration cooldown,
                          std::string_view local_time, TextWriter& out) {
  switch (news.kind) {
    case EventKind::kContainersMonitorStarted:
      line(out, "Services", "").appendf("%u\n", watch.counts().judged);
      write_counts(watch.counts(), out);
      break;
    case EventKind::kContainerStarted:
      write_started(news, watch, out);
      break;
    case EventKind::kContainerMalfunction:
      line(out, "Service", news.container->kept.name);
      state_line(out, "Status", news.container->kept.state, news.container->kept.crashed);
      line(out, "Restart Count", "").appendf("%u (High)", news.container->kept.restarts);
      write_health(*news.container, out);
      break;
    case EventKind::kContainerUnhealthy:
      line(out, "Service", news.container->kept.name);
      state_line(out, "Status", news.container->kept.state, news.container->kept.crashed);
      write_health(*news.container, out);
      line(out, "Container ID", id_word(news.container->kept));
      break;
    default:
      write_change(news, out);
  }
  line(out, "Time", local_time);
  if (news.kind == EventKind::kContainerMalfunction) {
    out.append("\n\n⚠️ Service is restarting frequently - possible malfunction!");
  }
  if (news.more > 0) write_held(news.more, cooldown, out);
}

bool ContainerReport::write_part(std::size_t most, TextWriter& out) {
  if (done_) return false;
  if (!std::exchange(begun_, true)) line(out, "Generated", local_time_);
  const auto containers = watch_.containers();
  for (; next_ < containers.size(); ++next_) {
    if (watch_.shows(containers[next_]) && !write_container(containers[next_], most, out)) return true;
  }
  if (out.size() + kAfterNames > most) return true;
  if (out.size() > 0) out.append("\n\n");
  out.append("Summary:\n");
  write_counts(watch_.counts(), out);
  done_ = true;
  return true;
}

// False: there is no room for it.
bool ContainerReport::write_container(const Container& container, std::size_t most, TextWriter& out) const {
  const ContainerMemory& kept = container.kept;
  const StateWords words = state_words(kept.state, kept.crashed);
  const std::string_view health = health_word(container.health);
  const std::string_view id = id_word(kept);
  const auto width = [](std::string_view text) { return static_cast<int>(text.size()); };
  base::FixedString<255> text;
  text.appendf("%s%.*s %s\n   Status: %.*s\n   Health: %.*s\n   Restarts: %u\n   Container: %.*s",
               out.size() > 0 ? "\n\n" : "", width(words.sign), words.sign.data(), kept.name.c_str(), width(words.word),
               words.word.data(), width(health), health.data(), kept.restarts, width(id), id.data());
  if (out.size() + text.size() > most) return false;
  out.append(text);
  return true;
}

}  // namespace rules

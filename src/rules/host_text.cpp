// SPDX-License-Identifier: MIT
#include "rules/host_text.h"

#include "base/human.h"

namespace rules {
namespace {

using enum HostSensor;

struct Words {
  std::string_view subject;
  std::string_view advice;
};

constexpr std::array<Words, kHostSensors> kWords = {{
    {"CPU", "top shows which process it is"},
    {"Memory", "top, sorted with M, shows which process has it"},
    {"Load", "top shows what runs; D in its column S is what waits for a disk"},
    {"Zombies", "their parent does not ask for them: ps -A -ostat,ppid | grep ^Z names it; restart that one"},
    {"Temperature", "see to its fan and its case"},
    {"Root file system", "dmesg says why; the disk or card may be failing: save what is on it, then check it"},
    {"Power supply", "use a stronger one, or a shorter cable"},
    {"Processor", "see to its power supply, its fan and its case"},
    {"Flash memory", "copy it to a new one soon"},
    {"", "df shows what is full, du -x what fills it"},
    {"", "df -i shows it; many small files fill it"},
    {"", "see whether its disk, or its server, is still there"},
}};

const Words& words_of(HostSensor sensor) { return kWords[static_cast<std::size_t>(sensor)]; }

// Less is no reason.
bool waits(const HostWatch::Problem& problem) { return problem.pressure >= HostWatch::kPressure.clear; }

bool is_over(const HostWatch::Problem& problem) { return problem.level == Threshold::Level::kWell; }

}  // namespace

std::string_view host_subject(const HostWatch::Problem& problem) {
  return problem.mount.empty() ? words_of(problem.sensor).subject : problem.mount;
}

std::string_view host_advice(HostSensor sensor) { return words_of(sensor).advice; }

void write_host_state(const HostWatch::Problem& problem, bool gone, unsigned cores, base::TextWriter& out) {
  const auto value = static_cast<double>(problem.value);
  const bool over = is_over(problem);
  out.append(problem.mount);
  if (gone) {
    out.append(" is not mounted any more");
    return;
  }
  switch (problem.sensor) {
    case kCpu:
      out.appendf("CPU is %.0f %% busy", value);
      break;
    case kMemory:
      out.appendf("Memory is %.0f %% full", value);
      if (waits(problem)) {
        out.appendf(", and programs wait for it %.0f %% of the time", static_cast<double>(problem.pressure));
      }
      break;
    case kLoad:
      out.appendf("Load is %.2f with %u core%s", value, cores, cores == 1 ? "" : "s");
      break;
    case kZombies:
      out.appendf("%.0f process%s", value, problem.value == 1 ? " is a zombie" : "es are zombies");
      break;
    case kTemperature:
      out.appendf("It is %.1f °C hot", value);
      break;
    case kReadOnlyRoot:
      out.append(over ? "The root file system can be written again" : "The root file system became read-only");
      break;
    case kUndervoltage:
      out.append(over ? "The power supply is strong enough again" : "The power supply is too weak (undervoltage)");
      break;
    case kThrottled:
      out.append(over ? "The processor runs at its full speed again" : "The processor is slowed down (throttled)");
      break;
    case kCardWear:
      out.appendf("The flash memory has used up %s%.0f %% of its life", problem.value > 100 ? "more than " : "",
                  problem.value > 100 ? 100.0 : value);
      break;
    case kDisk:
      out.appendf(" is %.0f %% full", value);
      break;
    case kInodes:
      out.appendf(" has %.0f %% of its inodes in use", value);
      break;
    case kSilent:
      out.append(over ? " answers again" : " does not answer");
      break;
  }
}

void write_host_news(const HostWatch::News& news, std::string_view host_name, unsigned cores, base::SteadyTime now,
                     base::TextWriter& out) {
  const HostWatch::Problem& problem = news.problem;
  out.append("Host: ").append(host_name).append("\nNow: ");
  write_host_state(problem, news.gone, cores, out);
  const Marks& marks = problem.marks;
  // Those of zombies are shares, and what is told is their number.
  if (marks.warn > 0 && problem.sensor != kZombies && problem.sensor != kCardWear && !news.gone) {
    const char* const unit = problem.sensor == kLoad ? " × cores" : problem.sensor == kTemperature ? " °C" : " %";
    out.appendf("\nLimit: %g%s", static_cast<double>(marks.warn), unit);
    if (marks.critical > 0) out.appendf(", critical %g%s", static_cast<double>(marks.critical), unit);
    out.appendf(", well again below %g%s", static_cast<double>(marks.clear), unit);
    if (waits(problem)) {
      out.appendf("; of waiting %g %%, well again below %g %%", static_cast<double>(HostWatch::kPressure.warn),
                  static_cast<double>(HostWatch::kPressure.clear));
    }
  }
  if (is_over(problem)) {
    if (problem.since) out.append("\nLasted: ").append(base::format_duration(now - *problem.since));
  } else {
    out.append("\nTo do: ").append(host_advice(problem.sensor));
  }
}

}  // namespace rules

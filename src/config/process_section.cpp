// SPDX-License-Identifier: MIT
// The sections [process NAME], of which there are as many as somebody writes: the part of the loader that reads them.
#include <algorithm>
#include <iterator>

#include "base/command_words.h"
#include "base/limits.h"
#include "config/loader.h"
#include "config/text.h"

namespace config {

struct Loader::ProcessKey {
  std::string_view name;
  std::string ProcessSettings::*member;
  bool path;
  std::string_view expected;
};

constexpr Loader::ProcessKey Loader::kProcessKeys[] = {
    {"match", &ProcessSettings::match, false, "the beginning of a command line, such as /usr/bin/myapp"},
    {"pidfile", &ProcessSettings::pidfile, true, "a path that begins with a slash"},
    {"restart", &ProcessSettings::restart, true,
     "a command that begins with a slash, such as /etc/init.d/myapp restart"},
    {"user", &ProcessSettings::user, false, "the name of an account of this box"},
};

// True: it is [process NAME], right or wrong.
bool Loader::begin_process(unsigned line, std::string_view section) {
  constexpr std::size_t kLongestName = 64;
  constexpr std::string_view kBegin = "process";
  if (section != kBegin && !section.starts_with("process ")) return false;
  section_.clear();
  std::string_view name = section.substr(kBegin.size());
  name.remove_prefix(std::min(name.find_first_not_of(' '), name.size()));
  const std::string where = place(line) + ": [" + shown(section) + "]: ";
  std::vector<ProcessSettings>& processes = loaded_.settings.processes;
  const auto plain = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || c == '-' ||
           c == '.';
  };
  if (name.empty() || name.size() > kLongestName || !std::ranges::all_of(name, plain)) {
    say(Severity::kError, where + "expected a name of letters, digits, dots, - and _, as in [process nginx].");
  } else if (std::ranges::find(processes, name, &ProcessSettings::name) != processes.end()) {
    say(Severity::kError, where + "this process has a section already.");
  } else if (processes.size() == base::limits::kProcesses) {
    say(Severity::kError, where + "no more than " + std::to_string(base::limits::kProcesses) + " can be watched.");
  } else {
    process_ = processes.size();
    processes.emplace_back().name = name;
  }
  return true;
}

void Loader::on_process_entry(unsigned line, std::string_view key, std::string_view value) {
  constexpr std::size_t kLongest = 255;
  ProcessSettings& process = loaded_.settings.processes[process_];
  const std::string where =
      place(line) + ": [process " + process.name + "] " + shown(key) + " = " + shown(value) + ": ";
  const auto known = std::ranges::find(kProcessKeys, key, &ProcessKey::name);
  if (known == std::end(kProcessKeys)) {
    return say(Severity::kError,
               where + "there is no such key. The keys of [process NAME] are match, pidfile, restart, user.");
  }
  std::string& member = process.*known->member;
  if (!member.empty()) return say(Severity::kError, where + "this key stands here already.");
  const bool sound = !value.empty() && value.size() <= kLongest && is_plain_text(value);
  if (!sound || (known->path && !value.starts_with('/'))) {
    return say(Severity::kError, where + "expected " + std::string(known->expected) + ".");
  }
  if (known->member == &ProcessSettings::user) {
    if (const auto passed = machine_.check_value(Check::kAccount, value); !passed) {
      return say(Severity::kError, where + std::string(passed.error().text()) + ".");
    }
  }
  member = value;
}

void Loader::check_processes() {
  for (const ProcessSettings& process : loaded_.settings.processes) {
    const std::string where = "[process " + process.name + "]: ";
    if (process.match.empty() && process.pidfile.empty()) {
      say(Severity::kError, where + "expected match or pidfile, to find it by.");
    }
    if (!process.restart.empty() && !base::CommandWords(process.restart).good()) {
      say(Severity::kError, where + "expected restart to be a command and up to 15 words, each \" closed again.");
    }
    if (process.restart.empty() && !process.user.empty()) {
      say(Severity::kError, where + "expected restart with user, who is the one that it runs as.");
    }
  }
}

}  // namespace config

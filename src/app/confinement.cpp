// SPDX-License-Identifier: MIT
#include "app/confinement.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/log.h"
#include "os/landlock.h"
#include "os/syscall_filter.h"
#include "os/unique_fd.h"
#include "store/data_folder.h"

namespace app {
namespace {

// Names, accounts, time zones, the files of processes' numbers, and authorities, wherever an administrator puts them: a
// configuration that is read again may name others.
constexpr const char* kSystemFolders[] = {"/etc", "/usr", "/share", "/opt", "/srv", "/run", "/var/run"};

struct NamedFile {
  std::string key;
  std::string path;
};

// What the main process opens by itself whenever it needs it.
std::vector<NamedFile> named_files(const config::Settings& settings) {
  std::vector<NamedFile> files = {{"[limpet] ca_file", settings.ca_file},
                                  {"[mqtt] ca_file", settings.mqtt_ca_file},
                                  {"[limpet] procfs_root", settings.procfs_root + "/stat"},
                                  {"[limpet] sysfs_root", settings.sysfs_root + "/class"}};
  for (const config::ProcessSettings& process : settings.processes) {
    files.push_back({"[process " + process.name + "] pidfile", process.pidfile});
  }
  std::erase_if(files, [](const NamedFile& file) { return file.path.empty(); });
  return files;
}

// Of "/a/b/" it is "/a", and "/" of "/".
std::string parent(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  const std::size_t slash = path.rfind('/');
  return slash == 0 || slash == std::string::npos ? "/" : path.substr(0, slash);
}

// Landlock knows a folder, not its name. One that may be made anew, or comes back with its disk, is another one then:
// so what holds it is left open too, as far as this user may write there, but never the whole box.
void add_data_folder(const std::string& data_dir, std::vector<std::string>& folders) {
  folders.push_back(data_dir);
  const std::string above = parent(data_dir);
  if (above != "/" && ::access(above.c_str(), W_OK) == 0) folders.push_back(above);
  struct stat inside {};
  if (::stat(data_dir.c_str(), &inside) != 0) return;
  std::string mount = data_dir;
  struct stat outside {};
  while (mount != "/" && ::stat(parent(mount).c_str(), &outside) == 0 && outside.st_dev == inside.st_dev) {
    mount = parent(mount);
  }
  if (mount != "/" && parent(mount) != "/") folders.push_back(parent(mount));
}

os::OpenFolders open_folders(const SettingsInputs& inputs, const config::Settings& settings, bool has_helper) {
  os::OpenFolders folders;
  add_data_folder(settings.data_dir, folders.written);
  if (!settings.http_socket.empty()) folders.written.push_back(parent(settings.http_socket));
  if (!has_helper) return folders;
  folders.read.assign(std::begin(kSystemFolders), std::end(kSystemFolders));
  folders.read.push_back(parent(inputs.config_file));
  folders.read.insert(folders.read.end(), {settings.procfs_root, settings.sysfs_root});
  for (const NamedFile& file : named_files(settings)) folders.read.push_back(parent(file.path));
  folders.read.emplace_back("/dev/urandom");
  return folders;
}

bool is_shut_out(const std::string& path) {
  return !os::UniqueFd(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)) && errno == EACCES;
}

void tell_missing(const char* what, const base::Error& error) {
  base::log::warn("This kernel has no %s, so Limpet's main process is not shut in by it: %s", what, error.c_str());
}

}  // namespace

void confine(const SettingsInputs& inputs, const config::Settings& settings, bool has_helper) {
  // One that cannot be made is told by the store, which tries again.
  [[maybe_unused]] const auto made =
      store::make_data_folder(settings.data_dir, std::nullopt, store::read_group_id("limpet"));
  if (auto shut = os::shut_into(open_folders(inputs, settings, has_helper)); !shut) {
    tell_missing("Landlock", shut.error());
  }
  if (auto filtered = os::filter_system_calls(); !filtered) tell_missing("seccomp", filtered.error());
}

void tell_shut_out(const config::Settings& before, const config::Settings& now) {
  const std::vector<NamedFile> known = named_files(before);
  for (const NamedFile& file : named_files(now)) {
    const auto same = [&](const NamedFile& other) { return other.path == file.path; };
    if (std::any_of(known.begin(), known.end(), same) || !is_shut_out(file.path)) continue;
    base::log::warn("%s: Limpet shut itself out of where %s lies when it was started. Start it again to have it read",
                    file.key.c_str(), file.path.c_str());
  }
}

}  // namespace app

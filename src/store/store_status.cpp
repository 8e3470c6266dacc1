// SPDX-License-Identifier: MIT
#include "store/store_status.h"

namespace store {
namespace {

// The end of a long path says more than its beginning, and the reason must not be cut off.
std::string_view shown(std::string_view path) {
  constexpr std::size_t kLongest = 100;
  return path.size() <= kLongest ? path : path.substr(path.size() - kLongest);
}

StoreError say(StoreTrouble trouble, std::string_view path, const char* what) {
  const std::string_view name = shown(path);
  return {trouble, base::Error::format("%.*s %s", static_cast<int>(name.size()), name.data(), what)};
}

}  // namespace

StoreError explain(const lib::SqliteError& error, std::string_view path) {
  using lib::SqliteFailure;
  switch (error.failure) {
    case SqliteFailure::kBusy:
      return say(StoreTrouble::kBlocked, path, "is held by another program");
    case SqliteFailure::kFull:
      return say(StoreTrouble::kFull, path, "cannot grow: the disk is full");
    case SqliteFailure::kReadOnly:
      return say(StoreTrouble::kReadOnly, path, "cannot be written: it or its file system is read-only");
    case SqliteFailure::kBroken:
      return say(StoreTrouble::kBroken, path, "is damaged");
    case SqliteFailure::kNoMemory:
      return say(StoreTrouble::kOther, path, "needs more memory than SQLite is given");
    case SqliteFailure::kInputOutput: {
      const std::string_view name = shown(path);
      return {StoreTrouble::kInputOutput,
              base::Error::format("%.*s: input/output error (%s)", static_cast<int>(name.size()), name.data(),
                                  error.error.c_str())};
    }
    case SqliteFailure::kOther:
      break;
  }
  const std::string_view name = shown(path);
  return {StoreTrouble::kOther,
          base::Error::format("%.*s: %s", static_cast<int>(name.size()), name.data(), error.error.c_str())};
}

const char* advice(StoreTrouble trouble) {
  switch (trouble) {
    case StoreTrouble::kInUse:
      return "Stop that one first, or give this one another folder with [limpet] data_dir.";
    case StoreTrouble::kFolder:
      return "Give the folder to the user that runs limpet, or set [limpet] data_dir to another one.";
    case StoreTrouble::kNewer:
      return "Start that newer limpet, or move the file away: a new one is then begun.";
    case StoreTrouble::kForeign:
      return "Move the file away, or set [limpet] data_dir to another folder.";
    case StoreTrouble::kFull:
      return "Free some space there; the rest happens by itself.";
    case StoreTrouble::kReadOnly:
      return "Make it writable again; the rest happens by itself. A disk that turned read-only may be failing: see "
             "dmesg.";
    case StoreTrouble::kInputOutput:
      return "The disk may be failing: see dmesg.";
    case StoreTrouble::kBlocked:
      return "Close the program that uses it (fuser names it); the rest happens by itself.";
    case StoreTrouble::kBroken:
      return "It could not be set aside: move it away.";
    case StoreTrouble::kNone:
    case StoreTrouble::kOther:
      break;
  }
  return "";
}

}  // namespace store

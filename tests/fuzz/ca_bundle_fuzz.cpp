// SPDX-License-Identifier: MIT
// A file as the bundle of authorities: whatever it holds, what is found in it by its subject has that subject's hash.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "lib/ca_bundle.h"

namespace {

struct Check {
  std::uint32_t wanted;
  void take(lib::Bytes der) {
    const auto subject = lib::find_subject(der);
    if (!subject || lib::hash_name(*subject) != wanted) std::abort();
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  // The bytes as DER too, since a mutated PEM seldom is base64.
  if (const auto subject = lib::find_subject({data, size})) lib::hash_name(*subject);
  lib::hash_name({data, size});

  const int fd = ::memfd_create("bundle", MFD_CLOEXEC);
  if (fd < 0 || ::write(fd, data, size) != static_cast<ssize_t>(size)) std::abort();
  lib::CaBundle bundle;
  const auto opened = bundle.open("/proc/self/fd/" + std::to_string(fd));
  if (opened.has_value() != (bundle.size() > 0)) std::abort();
  Check check{lib::hash_name({data, size})};
  bundle.find({data, size}, base::Callback<lib::Bytes>::to<&Check::take>(check));
  ::close(fd);
  return 0;
}

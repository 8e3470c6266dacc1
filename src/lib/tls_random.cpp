// SPDX-License-Identifier: MIT
#include "lib/tls_random.h"

#include <fcntl.h>
#include <mbedtls/entropy.h>
#include <psa/crypto.h>
#include <sys/random.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

namespace lib {
namespace {

// For kernels before 3.17, which lack getrandom(2).
bool read_urandom(unsigned char* output, std::size_t size) {
  const int fd = ::open("/dev/urandom", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const ssize_t got = ::read(fd, output, size);
  ::close(fd);
  return got >= 0 && static_cast<std::size_t>(got) == size;
}

bool ask_kernel(unsigned char* output, std::size_t size) {
  std::size_t filled = 0;
  while (filled < size) {
    const ssize_t got = ::getrandom(output + filled, size - filled, GRND_NONBLOCK);
    if (got < 0 && errno == ENOSYS) return read_urandom(output + filled, size - filled);
    if (got < 0 && errno != EINTR) return false;
    if (got > 0) filled += static_cast<std::size_t>(got);
  }
  return true;
}

}  // namespace

int fill_random(void* /*unused*/, unsigned char* output, std::size_t size) {
  return ask_kernel(output, size) ? 0 : MBEDTLS_ERR_ENTROPY_SOURCE_FAILED;
}

}  // namespace lib

extern "C" psa_status_t mbedtls_psa_external_get_random(mbedtls_psa_external_random_context_t* /*context*/,
                                                        std::uint8_t* output, std::size_t output_size,
                                                        std::size_t* output_length) {
  if (lib::fill_random(nullptr, output, output_size) != 0) return PSA_ERROR_INSUFFICIENT_ENTROPY;
  *output_length = output_size;
  return PSA_SUCCESS;
}

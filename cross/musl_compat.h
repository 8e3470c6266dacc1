/* SPDX-License-Identifier: MIT
 * Lets the headers of a libstdc++ that was configured for glibc compile on musl. The first of the headers that every
 * C++ file has before its own (src/CMakeLists.txt). Only for the headers: the library itself is never linked. */
#ifdef __cplusplus
#define __GLIBC_PREREQ(major, minor) 0
#define __locale_t locale_t

/* glibc's bits of <ctype.h>, named by <bits/ctype_base.h>. */
enum {
  _ISupper = 1 << 0,
  _ISlower = 1 << 1,
  _ISalpha = 1 << 2,
  _ISdigit = 1 << 3,
  _ISxdigit = 1 << 4,
  _ISspace = 1 << 5,
  _ISprint = 1 << 6,
  _ISgraph = 1 << 7,
  _ISblank = 1 << 8,
  _IScntrl = 1 << 9,
  _ISpunct = 1 << 10,
  _ISalnum = 1 << 11
};

/* pthread functions that glibc has and musl has not. */
#include <bits/c++config.h>
#undef _GLIBCXX_USE_PTHREAD_COND_CLOCKWAIT
#undef _GLIBCXX_USE_PTHREAD_MUTEX_CLOCKLOCK
#undef _GLIBCXX_USE_PTHREAD_RWLOCK_CLOCKLOCK
#endif

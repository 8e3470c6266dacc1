# What every target has in common. Read by <target>.cmake, which says what the target is; LIMPET_LIBC says what to
# make for it: musl (Debian's compiler with Debian's musl: what is shipped), ready (a musl toolchain that someone
# named with CC= and CXX=) or glibc (Debian's compiler and its own libc: unit tests under qemu).
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)  # CMake's own checks need not link
set(CMAKE_TRY_COMPILE_PLATFORM_VARIABLES LIMPET_LIBC LIMPET_DEPS LIMPET_CC LIMPET_CXX)
set(CMAKE_CXX_IMPLICIT_LINK_LIBRARIES "")

# Small, hardened, and without what only a debugger or an exception would read.
set(LIMPET_SHIP_FLAGS "${LIMPET_CPU_FLAGS} -Os -g -fPIE -ffunction-sections -fdata-sections \
-fstack-protector-strong -fno-unwind-tables -fno-asynchronous-unwind-tables")
# -Wno-psabi: GCC's notes about ARM code made by GCC 6 and older, of which there is none here.
set(LIMPET_SHIP_CXX_FLAGS "-Wno-psabi -fno-threadsafe-statics -D_GLIBCXX_EXTERN_TEMPLATE=0")
set(LIMPET_SHIP_LINK_FLAGS
    "-Wl,--gc-sections -Wl,-z,relro,-z,now -Wl,-z,noexecstack -Wl,-z,text -Wl,--build-id=none")

include("${CMAKE_CURRENT_LIST_DIR}/${LIMPET_LIBC}.cmake")

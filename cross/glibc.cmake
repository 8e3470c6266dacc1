# Debian's compiler for the target with its own libc and C++ library, linked statically so that qemu-user can run the
# result without the target's files. For unit tests only.
set(CMAKE_C_COMPILER ${LIMPET_TRIPLET}-gcc)
set(CMAKE_CXX_COMPILER ${LIMPET_TRIPLET}-g++)
# Debian 12's glibc counts seconds in 32 bits on 32-bit ARM unless told otherwise; musl always in 64.
set(wide "-D_TIME_BITS=64 -D_FILE_OFFSET_BITS=64")
set(CMAKE_C_FLAGS "${LIMPET_CPU_FLAGS} ${wide}")
set(CMAKE_CXX_FLAGS "${LIMPET_CPU_FLAGS} ${wide} -Wno-psabi")
set(CMAKE_EXE_LINKER_FLAGS "-static")
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-${CMAKE_SYSTEM_PROCESSOR}-static)

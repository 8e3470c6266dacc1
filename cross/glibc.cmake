# Debian's compiler for the target with its own libc and C++ library, linked statically so that qemu-user can run the
# result without the target's files. For unit tests only.
set(CMAKE_C_COMPILER ${LIMPET_TRIPLET}-gcc)
set(CMAKE_CXX_COMPILER ${LIMPET_TRIPLET}-g++)
set(CMAKE_C_FLAGS "${LIMPET_CPU_FLAGS}")
set(CMAKE_CXX_FLAGS "${LIMPET_CPU_FLAGS} -Wno-psabi")
set(CMAKE_EXE_LINKER_FLAGS "-static")

set(LIMPET_QEMU ${CMAKE_SYSTEM_PROCESSOR})
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-${LIMPET_QEMU}-static)

# 64-bit ARM: Raspberry Pi 3, 4, 5 and Zero 2 with a 64-bit system, most other boards.
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(LIMPET_TRIPLET aarch64-linux-gnu)
set(LIMPET_CPU_FLAGS "")
include("${CMAKE_CURRENT_LIST_DIR}/toolchain.cmake")

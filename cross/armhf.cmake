# 32-bit ARMv7 and newer with hardware floating point: Raspberry Pi 2 and newer with a 32-bit system. On Raspbian,
# whose armhf is ARMv6, the native compiler and Raspbian's own packages make a binary for the older boards too.
set(CMAKE_SYSTEM_PROCESSOR arm)
set(LIMPET_TRIPLET arm-linux-gnueabihf)
set(LIMPET_CPU_FLAGS "")
include("${CMAKE_CURRENT_LIST_DIR}/toolchain.cmake")

# 32-bit ARMv6: Raspberry Pi 1, Zero and Zero W. Debian's armhf objects are ARMv7 and die there with SIGILL, so this
# is Debian's armel (arguments in integer registers) with the floating point unit that an ARMv6 Pi does have.
set(CMAKE_SYSTEM_PROCESSOR arm)
set(LIMPET_TRIPLET arm-linux-gnueabi)
set(LIMPET_CPU_FLAGS "-march=armv6+fp -mfloat-abi=softfp -marm")
include("${CMAKE_CURRENT_LIST_DIR}/toolchain.cmake")

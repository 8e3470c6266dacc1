# 64-bit PCs and servers.
set(CMAKE_SYSTEM_PROCESSOR x86_64)
set(LIMPET_TRIPLET x86_64-linux-gnu)
set(LIMPET_CPU_FLAGS "")
include("${CMAKE_CURRENT_LIST_DIR}/toolchain.cmake")

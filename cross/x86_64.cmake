# 64-bit PCs and servers.
set(CMAKE_SYSTEM_PROCESSOR x86_64)
set(LIMPET_TRIPLET x86_64-linux-gnu)
set(LIMPET_CPU_FLAGS "")
# Relocations as a bitmap, a fortieth of their size: 60 KB less to ship and to read at every start. Debian 12's linkers
# for ARM do not know it; musl does from 1.2.4 on.
set(LIMPET_MUSL_LINK_FLAGS "-Wl,-z,pack-relative-relocs")
include("${CMAKE_CURRENT_LIST_DIR}/toolchain.cmake")
